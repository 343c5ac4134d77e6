"""The calendars of a fresh desk; an admin changes them."""

from support_management.calendars import editing, week
from support_management.calendars.models import BusinessCalendar

ALWAYS_OPEN = "Always open"
OFFICE_HOURS = "Office hours"


def make() -> None:
    """Round the clock, and Monday to Friday from nine to five in UTC; nothing where calendars are."""
    if not BusinessCalendar.objects.exists():
        editing.create(by=None, name=ALWAYS_OPEN, time_zone="UTC", hours=week.ALWAYS)
        editing.create(by=None, name=OFFICE_HOURS, time_zone="UTC", hours=week.OFFICE)


def always_open() -> BusinessCalendar:
    """The round-the-clock calendar for what names none: the first that is called so, made again when it is gone."""
    known = BusinessCalendar.objects.filter(name=ALWAYS_OPEN).first()
    return known or editing.create(by=None, name=ALWAYS_OPEN, time_zone="UTC", hours=week.ALWAYS)
