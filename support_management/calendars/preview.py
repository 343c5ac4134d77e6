"""Previews of due times and business time on a calendar as it was last saved."""

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
    """`due_at`, after `minutes` of business time from `start`; or `working_seconds`, from `start` to `until`.

    Invalid when an instant is out of reach, `until` is before `start`, or the calendar never opens.
    """
    hours = versions.hours_now(calendar)
    try:
        if until is not None:
            return {"working_seconds": hours.between(start, until)}
        return {"due_at": hours.add(start, (minutes or 0) * 60)}
    except OutOfReach as error:
        error.field = _field_out_of_reach(start, until)
        raise


def _field_out_of_reach(start: datetime, until: datetime | None) -> str:
    if not is_known(start):
        return "start"
    return "minutes" if until is None else "until"


@dataclass(frozen=True, slots=True)
class DueTimeQuestion:
    """A due-time preview on a page: start and amount as typed, and the due time or an error."""

    start: str
    amount: str
    zone: str
    due_at: datetime | None = None
    error: str = ""
    field: str = ""

    @property
    def due_there(self) -> datetime | None:
        """Due time on the calendar's own wall clock, without zone."""
        return self.due_at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) if self.due_at else None

    @property
    def due_utc(self) -> datetime | None:
        """Due time in UTC, without zone."""
        return self.due_at.replace(tzinfo=None) if self.due_at else None


def due_time(calendar: BusinessCalendar, *, start: str, amount: str, at: datetime) -> DueTimeQuestion:
    """Due time after `amount` (8h, 1h 30m or minutes) from `start` on the calendar's wall clock (empty: `at`)."""
    zone = ZoneInfo(calendar.time_zone)
    question = DueTimeQuestion(start[:40] or f"{at.astimezone(zone):%Y-%m-%dT%H:%M}", amount[:20], calendar.time_zone)
    if not amount.strip():
        return question
    try:
        due = of(calendar, start=_instant(question.start, zone), minutes=_minutes(amount))["due_at"]
    except Invalid as error:
        return replace(question, error=error.text, field=error.field or "")
    return replace(question, due_at=due)


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        if not text.isprintable():
            raise ValueError
        parsed = datetime.fromisoformat(text)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("start", "Enter a date and time, like 2026-03-27T10:00.", field="start") from None


def _minutes(text: str) -> int:
    parsed = _AMOUNT.fullmatch(text.strip().lower())
    if parsed is None or not any(parsed.groups()):
        raise Invalid("amount", "Enter a business time like 8h, 1h 30m or 90 (minutes).", field="minutes")
    return int(parsed["hours"] or 0) * 60 + int(parsed["minutes"] or 0)
