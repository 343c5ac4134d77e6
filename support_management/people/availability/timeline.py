"""Days of an agent for the timeline: intervals of each local day in minutes, with a summary. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from support_management.calendars.engine.business_time import BusinessHours
from support_management.people.availability.summary import AvailabilitySummary, StateInterval, figures_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TimelineInterval:
    """An interval; `begin` and `length` in minutes, from the start of the local day."""

    begin: float
    length: float
    state: str
    available: bool


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """`minutes`: length of the local day; not 1440 when the clock changes."""

    date: date
    minutes: float
    bars: tuple[TimelineInterval, ...]
    figures: AvailabilitySummary


def bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Begin and end of a local day, in UTC."""
    first, last = (datetime.combine(local_date, time(), zone).astimezone(UTC) for local_date in (day, day + _DAY))
    return first, last


def days_of(
    intervals: Sequence[StateInterval],
    *,
    last: date,
    count: int,
    zone: tzinfo,
    now: datetime,
    shift: BusinessHours | None,
) -> list[TimelineDay]:
    """`count` days up to `last`, newest first. `shift` as in `summary.figures_of`."""
    return [_day(intervals, last - number * _DAY, zone, now, shift) for number in range(count)]


def _day(
    intervals: Sequence[StateInterval], day: date, zone: tzinfo, now: datetime, shift: BusinessHours | None
) -> TimelineDay:
    begins, ends = bounds(day, zone)
    end = max(min(ends, now), begins)
    of_day = [interval for interval in intervals if interval.began_at < end and (interval.ended_at or end) > begins]
    bars = tuple(_bar(interval, begins, end) for interval in of_day)
    return TimelineDay(
        day, (ends - begins) / timedelta(minutes=1), bars, figures_of(of_day, begin=begins, end=end, shift=shift)
    )


def _bar(interval: StateInterval, begins: datetime, end: datetime) -> TimelineInterval:
    since, until = max(interval.began_at, begins), min(interval.ended_at or end, end)
    minute = timedelta(minutes=1)
    return TimelineInterval(
        round((since - begins) / minute, 1), round((until - since) / minute, 1), interval.state, interval.available
    )
