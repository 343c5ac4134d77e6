"""The current time and time zones. All code takes the time from here."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.core.exceptions import ValidationError
from django.utils import timezone

from support_management.core.date_range import OUT_OF_RANGE, contains
from support_management.core.errors import Invalid

DUE_SOON = timedelta(minutes=30)
"""Open work that falls due within this time is shown as due soon."""
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""A due time that no list ever reaches: work without a running clock."""

AHEAD = timedelta(seconds=5)
"""By how much the clocks of machines may differ. What seems to have happened later than that happened before the clock
was set back: nothing waits for it.
"""


def now() -> datetime:
    """Aware UTC."""
    return timezone.now()


def is_ahead(moment: datetime) -> bool:
    """Whether something seems to have happened in the future, because the clock was set back since."""
    return moment > now() + AHEAD


def zone(name: str) -> ZoneInfo:
    """The time zone of this name; UTC for an unknown name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def require_range(moment: datetime | None, *, field: str) -> None:
    """For capabilities: Invalid unless the instant, where there is one, lies in a year that is taken."""
    if moment is not None and not contains(moment):
        raise Invalid("out_of_range", OUT_OF_RANGE, field=field)


def require_future(moment: datetime | None, *, field: str) -> None:
    """For capabilities: Invalid not_future unless the instant, where there is one, lies ahead."""
    require_range(moment, field=field)
    if moment is not None and moment <= now():
        raise Invalid("not_future", "Choose a time in the future.", field=field)


def validate_range(value: date) -> None:
    """For fields: ValidationError unless the instant or day lies in a year that is taken."""
    if not contains(value):
        raise ValidationError(OUT_OF_RANGE, code="out_of_range")


def require_zone(name: str) -> None:
    """For fields: ValidationError unless it is a known time zone."""
    if name not in available_timezones():
        raise ValidationError("Unknown time zone. Write it like Europe/Berlin or UTC.", code="unknown_zone")
