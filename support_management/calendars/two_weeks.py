"""Two weeks of a calendar as a chart: hours of each day on the wall clock, and the business time it really has."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from support_management.calendars import country_holidays, versions
from support_management.calendars.engine import weekly_hours
from support_management.calendars.engine.business_time import BusinessHours
from support_management.calendars.models import BusinessCalendar

DAYS = 14
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PreviewInterval:
    """An interval, in minutes of the day."""

    begin: int
    length: int


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """A day of the chart.

    `closed_for` is the name of a holiday; `hours_long` the length of a day on which the clock changes, else None;
    `counted` the business seconds of the day.
    """

    date: date
    bars: tuple[PreviewInterval, ...]
    text: str
    closed_for: str
    hours_long: float | None
    counted: float

    @property
    def is_monday(self) -> bool:
        return self.date.weekday() == 0

    @property
    def counted_text(self) -> str:
        hours, minutes = divmod(round(self.counted / 60), 60)
        return f"{hours} h {minutes:02d}" if minutes else f"{hours} h" if hours else "–"


def of(calendar: BusinessCalendar, *, at: datetime) -> list[PreviewDay]:
    """The two weeks from Monday of the week of `at`, on the calendar's own clock."""
    zone, hours = ZoneInfo(calendar.time_zone), versions.hours_now(calendar)
    today = at.astimezone(zone).date()
    monday = today - today.weekday() * _DAY
    return [_day(calendar, hours, zone, monday + number * _DAY) for number in range(DAYS)]


def _day(calendar: BusinessCalendar, hours: BusinessHours, zone: ZoneInfo, day: date) -> PreviewDay:
    begins, ends = (datetime.combine(date_, time(), zone).astimezone(UTC) for date_ in (day, day + _DAY))
    holiday = _holiday(calendar, day)
    intervals = [] if holiday else calendar.hours[list(weekly_hours.DAYS)[day.weekday()]]
    seconds = weekly_hours.seconds(weekly_hours.read({"mon": intervals}))[0]
    return PreviewDay(
        date=day,
        bars=tuple(PreviewInterval(opens // 60, (closes - opens) // 60) for opens, closes in seconds),
        text=weekly_hours.text_of(intervals).replace("-", "–"),
        closed_for=holiday,
        hours_long=(ends - begins) / timedelta(hours=1) if ends - begins != _DAY else None,
        counted=hours.between(begins, ends),
    )


def _holiday(calendar: BusinessCalendar, day: date) -> str:
    country = country_holidays.of_year(calendar.holiday_country, day.year) if calendar.holiday_country else {}
    return country.get(day) or ("Holiday" if day.isoformat() in calendar.holidays else "")
