"""What is due when on a calendar as it was last saved."""

from datetime import datetime

from support_management.calendars import versions
from support_management.calendars.instants import OutOfReach, is_known
from support_management.calendars.models import BusinessCalendar


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
    return "until" if until is not None else "minutes"
