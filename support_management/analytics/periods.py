"""Periods of whole days in a time zone, split into days, weeks or months."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from support_management.core.errors import Invalid

PER = ("day", "week", "month")
MOST_STEPS = 100
DEFAULT_DAYS = 30
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
OUT_OF_REACH = f"Choose days from {EARLIEST.year} up to {LATEST.year}."
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PeriodStep:
    """A day, week or month of a period; the first and the last may be partial."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last` in `zone`, both included, in steps of `per`."""

    first: date
    last: date
    per: str
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        return begin(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The first instant after the period."""
        return begin(self.last + _DAY, self.zone)

    @cached_property
    def steps(self) -> list[PeriodStep]:
        """The steps in order, at least one."""
        steps, first = [], self.first
        while first <= self.last:
            after = _next(first, self.per)
            steps.append(PeriodStep(first, min(after - _DAY, self.last)))
            first = after
        return steps

    @cached_property
    def bounds(self) -> list[datetime]:
        """The first instant of each step."""
        return [begin(step.first, self.zone) for step in self.steps]

    def step_at(self, moment: datetime) -> int:
        """Index of the step that contains an instant; -1 before the first."""
        return bisect_right(self.bounds, moment) - 1

    def before(self) -> "Period":
        """The period to compare with: as many months before whole months, else as many days before it."""
        if self.first.day == 1 and (self.last + _DAY).day == 1:
            months = _month_number(self.last + _DAY) - _month_number(self.first)
            first = _month(_month_number(self.first) - months)
        else:
            first = self.first - (self.last + _DAY - self.first)
        return Period(first, self.first - _DAY, self.per, self.zone)


def period(*, first: date, last: date, per: str, zone: ZoneInfo) -> Period:
    """A validated period. Invalid when reversed, out of range, or with more than `MOST_STEPS` steps."""
    if first > last:
        raise Invalid("turned_round", "The end is before the start.", field="until")
    _within(first, "since")
    _within(last, "until")
    shortest_step = {"day": 1, "week": 7, "month": 28}[per]
    result = Period(first, last, per, zone)
    if (last - first).days // shortest_step > MOST_STEPS or len(result.steps) > MOST_STEPS:
        wider = {"day": "weeks or months", "week": "months", "month": "a shorter period"}[per]
        raise Invalid("too_many", f"At most {MOST_STEPS} {per}s can be shown. Choose {wider}.", field="per")
    return result


def with_defaults(*, first: date | None, last: date | None, per: str, moment: datetime, zone: ZoneInfo) -> Period:
    """A validated period; by default the 30 days up to today. Invalid as for `period`."""
    until = last or moment.astimezone(zone).date()
    _within(until, "until")
    return period(first=first or until - (DEFAULT_DAYS - 1) * _DAY, last=until, per=per, zone=zone)


def last_days(days: int, *, moment: datetime, zone: ZoneInfo, per: str = "day") -> Period:
    """The last `days` days, today included."""
    today = moment.astimezone(zone).date()
    return Period(today - (days - 1) * _DAY, today, per, zone)


def whole(kind: str, start: date, zone: ZoneInfo) -> Period:
    """A whole week or month in steps of days."""
    return Period(start, _next(start, kind) - _DAY, "day", zone)


def start_of(kind: str, day: date) -> date:
    """The first day of the week or month that contains `day`."""
    return day.replace(day=1) if kind == "month" else day - day.weekday() * _DAY


def begin(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day in UTC, also where a clock change skips midnight."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _within(day: date, field: str) -> None:
    if not EARLIEST <= day <= LATEST:
        raise Invalid("out_of_reach", OUT_OF_REACH, field=field)


def _next(day: date, per: str) -> date:
    if per == "day":
        return day + _DAY
    if per == "week":
        return day + (7 - day.weekday()) * _DAY
    return _month(_month_number(day) + 1)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
