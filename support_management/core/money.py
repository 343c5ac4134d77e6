"""Amounts in words, the same on screens, in mails and in refusals."""

from decimal import Decimal

_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_WHOLE = frozenset({"JPY", "KRW", "CLP", "VND"})
"""Currencies without a smaller coin."""


def money_text(amount: Decimal, currency: str) -> str:
    """£1,240.00, ¥48,000; without a sign of its own CHF 12.00 (the space does not break)."""
    digits = f"{amount:,.0f}" if currency in _WHOLE else f"{amount:,.2f}"
    sign = _SIGNS.get(currency)
    return f"{sign}{digits}" if sign else f"{currency}\N{NO-BREAK SPACE}{digits}"
