"""Money: digits of a currency, amounts as they come in and as text, and an amount in parts."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import cache

from iso4217 import Currency

from support_management.core.errors import Invalid

DIGITS = 4
"""The most digits that a currency has, and those of a column."""
MAX_DIGITS = 14
LIMIT = Decimal("9999999999.9999")
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_USUAL = 2
"""Digits shown of a currency that is unknown today."""


@cache
def known_digits(currency: str) -> int | None:
    """Digits after the point by ISO 4217. None for an unknown currency, and for what has none, such as gold."""
    try:
        return Currency(currency).exponent
    except ValueError:
        return None


def digits_of(currency: str) -> int:
    """`known_digits`. Invalid unknown_currency."""
    digits = known_digits(currency)
    if digits is None:
        raise Invalid("unknown_currency", f"{currency[:10]} is not a currency. Enter one like EUR.", field="currency")
    return digits


def amount_of(value, currency: str, *, field: str) -> Decimal:
    """A non-negative amount, as it was sent. Invalid bad_amount, also for more digits than the currency has."""
    digits = digits_of(currency)
    try:
        amount = Decimal(str(value))
        fits = amount.is_finite() and 0 <= amount <= LIMIT
    except InvalidOperation:
        fits = False
    example = f"Enter an amount such as {Decimal(284):.{digits}f}."
    if not fits:
        raise Invalid("bad_amount", example, field=field)
    if not has_digits(amount, currency):
        raise Invalid("bad_amount", f"{currency} has {_decimals(digits)}. {example}", field=field)
    return tidy(amount)


def has_digits(amount: Decimal, currency: str) -> bool:
    """Whether the amount has no more digits than the currency; False for an unknown currency."""
    digits = known_digits(currency)
    return digits is not None and amount == round(amount, digits)


def tidy(amount: Decimal) -> Decimal:
    """The same amount with two digits, or with all it has: a column gives four."""
    for digits in range(_USUAL, DIGITS):
        shorter = round(amount, digits)
        if shorter == amount:
            return shorter
    return amount


def amount_text(amount: Decimal, currency: str) -> str:
    """284.00, 1200, 1.250: with the digits of the currency, or with more where the amount has them."""
    return f"{amount:.{_shown_digits(amount, currency)}f}"


def money_text(amount: Decimal, currency: str) -> str:
    """£1,240.00, ¥48,000; without a symbol CHF 12.00 (with a no-break space)."""
    digits = f"{amount:,.{_shown_digits(amount, currency)}f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{currency}\N{NO-BREAK SPACE}{digits}"


def split(amount: Decimal, weights: Sequence[int | Decimal], currency: str) -> list[Decimal]:
    """The amount in parts by weight that add up to it. What is left over goes to the largest remainders."""
    unit = Decimal(1).scaleb(-digits_of(currency))
    units, whole = int(amount / unit), sum(weights)
    exact = [units * Decimal(weight) / whole for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])
    for at in by_remainder[: units - sum(parts)]:
        parts[at] += 1
    return [part * unit for part in parts]


def _shown_digits(amount: Decimal, currency: str) -> int:
    digits = known_digits(currency)
    digits = _USUAL if digits is None else digits
    return next((more for more in range(digits, DIGITS) if amount == round(amount, more)), DIGITS)


def _decimals(digits: int) -> str:
    return f"{digits} decimals" if digits else "no decimals"
