"""Calendars as values, written as people write them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from support_management.calendars.engine.business_time import BusinessHours
from support_management.calendars.engine.hours import CalendarHours

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
OFFICE = [["09:00-17:00"]] * 5 + [[], []]
ALWAYS = [["00:00-24:00"]] * 7
NEVER = [[]] * 7


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def hours(week=OFFICE, zone: str = "UTC", holidays: Iterable[str | date] = (), of_year=None) -> CalendarHours:
    """One version: seven days of intervals like 09:00-17:00."""
    parsed = tuple(tuple(tuple(minutes(at) * 60 for at in one.split("-")) for one in day) for day in week)
    days = [date.fromisoformat(day) if isinstance(day, str) else day for day in holidays]
    return CalendarHours(parsed, ZoneInfo(zone), days, of_year)


def calendar(*args, **facts) -> BusinessHours:
    """A calendar that has always been like this."""
    return BusinessHours([(BEGINNING, hours(*args, **facts))])


def at(text: str) -> datetime:
    """2026-03-27 10:00 and so on, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
