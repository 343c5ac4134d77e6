"""The years in which instants and days from outside may lie, and what becomes of stored ones beyond them. Pure.

At the ends of Python's calendar a step to another time zone or to the next day fails.
"""

from datetime import UTC, date, datetime, timedelta

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""From the first of January of the first to that of the last, which is no longer in it."""
FIRST, END = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR, 1, 1, tzinfo=UTC)
OUT_OF_RANGE = f"Choose a year from {FIRST_YEAR} up to {LAST_YEAR - 1}."


def contains(value: date) -> bool:
    """Whether a day or an instant lies in the range."""
    if isinstance(value, datetime) and value.tzinfo:
        return FIRST <= value < END
    return FIRST_YEAR <= value.year < LAST_YEAR


def clamped(moment: datetime) -> datetime:
    """The nearest instant of the range."""
    return min(max(moment, FIRST), END - timedelta(microseconds=1))
