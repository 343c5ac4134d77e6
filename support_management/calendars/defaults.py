"""The calendars of a fresh desk; an admin changes them."""

from support_management.calendars import versions
from support_management.calendars.engine import week
from support_management.calendars.models import BEGINNING, BusinessCalendar
from support_management.events.capability import unit_of_work

ALWAYS_OPEN = "Always open"
OFFICE_HOURS = "Office hours"


def make() -> None:
    """Round the clock, and Monday to Friday from nine to five in UTC; nothing where calendars are."""
    if not BusinessCalendar.objects.exists():
        _make(ALWAYS_OPEN, week.ALWAYS)
        _make(OFFICE_HOURS, week.OFFICE)


def always_open() -> BusinessCalendar:
    """The round-the-clock calendar for what names none: the one that is called so, made again when it is gone."""
    return BusinessCalendar.objects.filter(name=ALWAYS_OPEN).first() or _make(ALWAYS_OPEN, week.ALWAYS)


def _make(name: str, hours: week.WrittenWeek) -> BusinessCalendar:
    """No event: nobody can have looked at it, and the history of a fresh desk begins with its first work."""
    with unit_of_work():
        row = BusinessCalendar.objects.create(name=name, time_zone="UTC", hours=hours)
        versions.keep(row, by_id=None, effective_from=BEGINNING)
    return row
