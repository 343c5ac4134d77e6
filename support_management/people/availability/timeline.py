"""Days of an agent as a picture: per local day its stretches in minutes, and what they add up to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from support_management.calendars.engine.business_time import BusinessHours
from support_management.people.availability.summary import AvailabilitySummary, StateInterval, figures_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TimelineInterval:
    """A stretch, in minutes since the day began."""

    begin: float
    length: float
    state: str
    available: bool


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """`minutes`: how long the day is; not 1440 where the clock changes."""

    date: date
    minutes: float
    bars: tuple[TimelineInterval, ...]
    figures: AvailabilitySummary


def bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """When a local day begins and ends, in UTC."""
    first, last = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + _DAY))
    return first, last


def days_of(
    stretches: Sequence[StateInterval],
    *,
    last: date,
    count: int,
    zone: tzinfo,
    now: datetime,
    shift: BusinessHours | None,
) -> list[TimelineDay]:
    """`count` days up to `last`, the newest first."""
    return [_day(stretches, last - number * _DAY, zone, now, shift) for number in range(count)]


def _day(
    stretches: Sequence[StateInterval], day: date, zone: tzinfo, now: datetime, shift: BusinessHours | None
) -> TimelineDay:
    begins, ends = bounds(day, zone)
    end = max(min(ends, now), begins)
    here = [one for one in stretches if one.began_at < end and (one.ended_at or end) > begins]
    bars = tuple(_bar(one, begins, end) for one in here)
    return TimelineDay(
        day, (ends - begins) / timedelta(minutes=1), bars, figures_of(here, begin=begins, end=end, shift=shift)
    )


def _bar(one: StateInterval, begins: datetime, end: datetime) -> TimelineInterval:
    since, until = max(one.began_at, begins), min(one.ended_at or end, end)
    minute = timedelta(minutes=1)
    return TimelineInterval(
        round((since - begins) / minute, 1), round((until - since) / minute, 1), one.state, one.available
    )
