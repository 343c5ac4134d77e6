"""Instants as microseconds since 1970, and the years for which business time is known. Pure."""

from datetime import UTC, datetime

from support_management.calendars.engine.openings import DAY, EPOCH
from support_management.core.date_range import FIRST_YEAR, LAST_YEAR
from support_management.core.errors import Invalid

MICRO = 1_000_000


class OutOfReach(Invalid):
    """An instant, given or asked for, before the first or after the last year that is kept."""

    def __init__(self) -> None:
        super().__init__(
            "out_of_reach", f"Business time is supported for the years {FIRST_YEAR} to {LAST_YEAR - 1} only."
        )


def ticks(at: datetime) -> int:
    """Microseconds since 1970 of an instant that knows its zone."""
    gone = at - EPOCH
    return (gone.days * DAY + gone.seconds) * MICRO + gone.microseconds


def moment(at: int) -> datetime:
    """The same back, in UTC."""
    return datetime.fromtimestamp(at / MICRO, UTC)  # exact until 2242, and three times as fast as adding a timedelta


def new_year(year: int) -> int:
    """The second since 1970 at which the year begins in UTC."""
    return ticks(datetime(year, 1, 1, tzinfo=UTC)) // MICRO


_FIRST, _LAST = new_year(FIRST_YEAR) * MICRO, new_year(LAST_YEAR) * MICRO


def within(at: int) -> int:
    """The same instant, or OutOfReach."""
    if not _FIRST <= at < _LAST:
        raise OutOfReach
    return at


def is_known(at: datetime) -> bool:
    """Whether business time is known at this instant."""
    return _FIRST <= ticks(at) < _LAST
