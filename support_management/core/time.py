"""The only place that asks what time it is."""

from datetime import UTC, datetime

from django.utils import timezone

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""A due time that no list ever reaches: work without a running clock."""


def now() -> datetime:
    """Aware UTC."""
    return timezone.now()
