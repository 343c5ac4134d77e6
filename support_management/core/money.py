"""Amounts as text, the same on screens, in mails and in error messages."""

from decimal import Decimal

_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_WITHOUT_DECIMALS = frozenset({"JPY", "KRW", "CLP", "VND"})
"""Currencies without decimals."""


def money_text(amount: Decimal, currency: str) -> str:
    """£1,240.00, ¥48,000; without a symbol CHF 12.00 (with a no-break space)."""
    digits = f"{amount:,.0f}" if currency in _WITHOUT_DECIMALS else f"{amount:,.2f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{currency}\N{NO-BREAK SPACE}{digits}"
