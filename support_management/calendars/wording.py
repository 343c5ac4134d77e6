"""Working hours and holidays of a calendar in one line."""

from itertools import groupby

from support_management.calendars import country_holidays
from support_management.calendars.engine import weekly_hours
from support_management.calendars.models import CalendarFields


def week_of(row: CalendarFields) -> str:
    """Mon to Fri 09:00–17:00; Sat 10:00–14:00. Adjacent days with the same hours are joined."""
    if row.hours == weekly_hours.ALWAYS:
        return "24/7"
    days = [
        (name[:3], weekly_hours.text_of(row.hours[day]).replace("-", "–")) for day, name in weekly_hours.DAYS.items()
    ]
    runs = [(text, [name for name, _ in run]) for text, run in groupby(days, key=lambda day: day[1])]
    return "; ".join(f"{_span(names)} {text}" for text, names in runs if text) or "never open"


def holidays_of(row: CalendarFields) -> str:
    """Holidays of Germany and 2 more days."""
    own = len(row.holidays)
    country = f"holidays of {country_holidays.names()[row.holiday_country]}" if row.holiday_country else ""
    days = f"{own} {'more ' if country else 'own '}{'day' if own == 1 else 'days'}" if own else ""
    return " and ".join(part for part in (country, days) if part) or "no holidays"


def _span(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
