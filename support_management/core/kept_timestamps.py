"""Timestamps within stored sentences. They are read later and in other time zones, so they include date and zone."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from support_management.core.date_range import contains

MOMENT = re.compile(r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d UTC\b")
"""Matches the output of `written`."""
_CLOCK = "%d %b %Y %H:%M"
_FORMAT = f"{_CLOCK} UTC"


def written(moment: datetime) -> str:
    """28 Nov 2026 14:45 UTC. Pages show it in the reader's time zone (the filter `moments`)."""
    return moment.astimezone(UTC).strftime(_FORMAT).lstrip("0")


def read(text: str) -> datetime | None:
    """The datetime that `written` formatted, or None for text that is no valid timestamp (31 Feb, year 9999)."""
    try:
        moment = datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if contains(moment) else None


def localised(text: str, zone: ZoneInfo) -> str:
    """The sentence with its timestamps on the clock of this time zone, which is named: for mails and files."""
    return MOMENT.sub(lambda match: _on_clock(match[0], zone), text)


def _on_clock(written_utc: str, zone: ZoneInfo) -> str:
    moment = read(written_utc)
    return f"{moment.astimezone(zone).strftime(_CLOCK).lstrip('0')} {zone.key}" if moment else written_utc
