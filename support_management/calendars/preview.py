"""What is due when on a calendar as it was last saved."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from support_management.calendars import versions
from support_management.calendars.engine.instants import OutOfReach, is_known
from support_management.calendars.models import BusinessCalendar
from support_management.core.errors import Invalid

_AMOUNT = re.compile(r"(?:(?P<hours>[0-9]{1,6})\s*+h)?\s*+(?:(?P<minutes>[0-9]{1,8})\s*+(?:m|min)?)?", re.ASCII)


def of(
    calendar: BusinessCalendar, *, start: datetime, minutes: int | None = None, until: datetime | None = None
) -> dict:
    """`due_at` so many minutes of working time after `start`, or `working_seconds` until another instant.

    Invalid for what lies out of reach, ends before it starts, or on a calendar that never opens.
    """
    hours = versions.hours_now(calendar)
    try:
        if until is not None:
            return {"working_seconds": hours.between(start, until)}
        return {"due_at": hours.add(start, (minutes or 0) * 60)}
    except OutOfReach as error:
        error.field = _out_of_reach(start, until)
        raise


def _out_of_reach(start: datetime, until: datetime | None) -> str:
    if not is_known(start):
        return "start"
    return "minutes" if until is None else "until"


@dataclass(frozen=True, slots=True)
class DueTimeQuestion:
    """What a person asked on a page, as they typed it, and the answer or why there is none."""

    start: str
    amount: str
    zone: str
    due_at: datetime | None = None
    error: str = ""
    field: str = ""

    @property
    def due_there(self) -> datetime | None:
        """On the calendar's own wall clock."""
        return self.due_at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) if self.due_at else None

    @property
    def due_utc(self) -> datetime | None:
        """On UTC's."""
        return self.due_at.replace(tzinfo=None) if self.due_at else None


def ask(calendar: BusinessCalendar, *, start: str, amount: str, at: datetime) -> DueTimeQuestion:
    """`start` on the calendar's wall clock (empty: `at`), `amount` like 8h, 1h 30m or minutes."""
    zone = ZoneInfo(calendar.time_zone)
    shown = DueTimeQuestion(start[:40] or f"{at.astimezone(zone):%Y-%m-%dT%H:%M}", amount[:20], calendar.time_zone)
    if not amount.strip():
        return shown
    try:
        due = of(calendar, start=_instant(shown.start, zone), minutes=_minutes(amount))["due_at"]
    except Invalid as error:
        return replace(shown, error=error.text, field=error.field or "")
    return replace(shown, due_at=due)


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        if not text.isprintable():
            raise ValueError
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("start", "Enter a date and time, like 2026-03-27T10:00.", field="start") from None


def _minutes(text: str) -> int:
    found = _AMOUNT.fullmatch(text.strip().lower())
    if found is None or not any(found.groups()):
        raise Invalid("amount", "Enter a business time like 8h, 1h 30m or 90 (minutes).", field="minutes")
    return int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
