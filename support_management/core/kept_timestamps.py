"""Moments within sentences that are kept: read on other days and in other time zones, so they say day and zone."""

import re
from datetime import UTC, datetime

from support_management.core.date_range import contains

MOMENT = re.compile(r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d UTC\b")
"""Finds what `written` has written."""
_SHAPE = "%d %b %Y %H:%M UTC"


def written(moment: datetime) -> str:
    """28 Nov 2026 14:45 UTC. Pages show it on the reader's clock (the filter `moments`)."""
    return moment.astimezone(UTC).strftime(_SHAPE).lstrip("0")


def read(text: str) -> datetime | None:
    """The moment that was written, or None where the words are of another's making (31 Feb, the year 9999)."""
    try:
        moment = datetime.strptime(text, _SHAPE).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if contains(moment) else None
