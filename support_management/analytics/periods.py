"""Stretches of whole days on somebody's clock, cut into days, weeks or months."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from support_management.core.errors import Invalid

PER = ("day", "week", "month")
MOST_STEPS = 100
USUAL_DAYS = 30
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
OUT_OF_REACH = f"Choose days from {EARLIEST.year} up to {LATEST.year}."
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PeriodStep:
    """A day, week or month of the stretch; the first and the last may be cut off."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Period:
    """From the first moment of `first` to the last of `last`, as the clocks of `zone` show them."""

    first: date
    last: date
    per: str
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        return begin(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return begin(self.last + _DAY, self.zone)

    @cached_property
    def steps(self) -> list[PeriodStep]:
        """In their order, at least one."""
        found, first = [], self.first
        while first <= self.last:
            after = _next(first, self.per)
            found.append(PeriodStep(first, min(after - _DAY, self.last)))
            first = after
        return found

    @cached_property
    def bounds(self) -> list[datetime]:
        """Where each step begins."""
        return [begin(step.first, self.zone) for step in self.steps]

    def step_at(self, moment: datetime) -> int:
        """Which step a moment belongs to; -1 for any before the first."""
        return bisect_right(self.bounds, moment) - 1

    def before(self) -> "Period":
        """What it is compared with: the month before whole months, else as many days before it."""
        if self.first.day == 1 and (self.last + _DAY).day == 1:
            months = _month_number(self.last + _DAY) - _month_number(self.first)
            first = _month(_month_number(self.first) - months)
        else:
            first = self.first - (self.last + _DAY - self.first)
        return Period(first, self.first - _DAY, self.per, self.zone)


def period(*, first: date, last: date, per: str, zone: ZoneInfo) -> Period:
    """Checked. Invalid: turned round, out of reach, or more steps than a chart shows."""
    if first > last:
        raise Invalid("turned_round", "The end is before the start.", field="until")
    _within(first, "since")
    _within(last, "until")
    shortest = {"day": 1, "week": 7, "month": 28}[per]
    found = Period(first, last, per, zone)
    if (last - first).days // shortest > MOST_STEPS or len(found.steps) > MOST_STEPS:
        wider = {"day": "weeks or months", "week": "months", "month": "a shorter period"}[per]
        raise Invalid("too_many", f"At most {MOST_STEPS} {per}s can be shown. Choose {wider}.", field="per")
    return found


def asked(*, first: date | None, last: date | None, per: str, moment: datetime, zone: ZoneInfo) -> Period:
    """What is not said is as usual: up to today, and the last 30 days. Invalid as for `period`."""
    until = last or moment.astimezone(zone).date()
    _within(until, "until")
    return period(first=first or until - (USUAL_DAYS - 1) * _DAY, last=until, per=per, zone=zone)


def last_days(days: int, *, moment: datetime, zone: ZoneInfo, per: str = "day") -> Period:
    """So many days up to and with today."""
    today = moment.astimezone(zone).date()
    return Period(today - (days - 1) * _DAY, today, per, zone)


def whole(kind: str, start: date, zone: ZoneInfo) -> Period:
    """A week or a month, day by day."""
    return Period(start, _next(start, kind) - _DAY, "day", zone)


def start_of(kind: str, day: date) -> date:
    """The first day of its week or month."""
    return day.replace(day=1) if kind == "month" else day - day.weekday() * _DAY


def begin(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day, also where a clock change took midnight away."""
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
