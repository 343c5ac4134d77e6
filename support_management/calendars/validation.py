"""Validates the fields of a calendar and brings them into normal form. Invalid names the field."""

from datetime import date
from zoneinfo import available_timezones

from support_management.calendars import country_holidays
from support_management.calendars.engine import weekly_hours
from support_management.core import text
from support_management.core.date_range import FIRST_YEAR, LAST_YEAR, contains
from support_management.core.errors import Invalid

MOST_HOLIDAYS = 1000


def read(**fields) -> dict:
    """The given fields in normal form. Invalid."""
    return {name: _VALIDATORS[name](value) for name, value in fields.items()}


def _name(value) -> str:
    return text.clean(value, field="name", limit=80, one_line=True)


def _time_zone(value) -> str:
    if not isinstance(value, str) or value not in available_timezones():
        raise Invalid("unknown_zone", "Unknown time zone. Write it like Europe/Berlin or UTC.", field="time_zone")
    return value


def _holidays(value) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > MOST_HOLIDAYS:
        raise Invalid("holidays", f"Enter a list of at most {MOST_HOLIDAYS} dates.", field="holidays")
    return sorted({_day(day) for day in value})


def _day(value) -> str:
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        day = date.fromisoformat(value)
    except ValueError:
        raise Invalid(
            "holidays", f"{str(value)[:20]!r} is not a date. Write it like 2026-12-25.", field="holidays"
        ) from None
    if not contains(day):
        raise Invalid("holidays", f"{value}: years {FIRST_YEAR} to {LAST_YEAR - 1} are supported.", field="holidays")
    return day.isoformat()


def _country(value) -> str:
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or value.upper() not in country_holidays.names():
        raise Invalid(
            "unknown_country",
            "No holidays are available for this country. Enter its two-letter code, like DE.",
            field="holiday_country",
        )
    return value.upper()


_VALIDATORS = {
    "name": _name,
    "time_zone": _time_zone,
    "hours": weekly_hours.read,
    "holidays": _holidays,
    "holiday_country": _country,
}
