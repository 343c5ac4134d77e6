"""The default calendars of a new installation."""

from support_management.calendars import versions
from support_management.calendars.engine import weekly_hours
from support_management.calendars.models import BEGINNING, BusinessCalendar
from support_management.events.capability import unit_of_work

ALWAYS_OPEN = "Always open"
OFFICE_HOURS = "Office hours"


def make() -> None:
    """Create a 24/7 calendar, and one Monday to Friday from nine to five in UTC. Does nothing if there are any."""
    if not BusinessCalendar.objects.exists():
        _make(ALWAYS_OPEN, weekly_hours.ALWAYS)
        _make(OFFICE_HOURS, weekly_hours.OFFICE)


def always_open() -> BusinessCalendar:
    """The 24/7 calendar by its name, for policies without a calendar; created again if it was deleted."""
    return BusinessCalendar.objects.filter(name=ALWAYS_OPEN).first() or _make(ALWAYS_OPEN, weekly_hours.ALWAYS)


def _make(name: str, hours: weekly_hours.WrittenWeek) -> BusinessCalendar:
    """No event: no screen can show it yet, and the history of an installation begins with its first work."""
    with unit_of_work():
        row = BusinessCalendar.objects.create(name=name, time_zone="UTC", hours=hours)
        versions.store(row, by_id=None, effective_from=BEGINNING)
    return row
