"""The only place that asks what time it is, and where."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.core.exceptions import ValidationError
from django.utils import timezone

DUE_SOON = timedelta(minutes=30)
"""Open work that falls due within this time is shown as due soon."""
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""A due time that no list ever reaches: work without a running clock."""


def now() -> datetime:
    """Aware UTC."""
    return timezone.now()


def zone(name: str) -> ZoneInfo:
    """The time zone of this name; UTC when a word stands there that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def require_zone(name: str) -> None:
    """For fields: ValidationError unless it is a time zone that everybody's clock knows."""
    if name not in available_timezones():
        raise ValidationError("Unknown time zone. Write it like Europe/Berlin or UTC.", code="unknown_zone")
