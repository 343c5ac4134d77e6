"""Open intervals of a week of wall-clock hours, in UTC. Pure.

Time is split into periods of constant offset between the zone and UTC. So a repeated hour counts twice, a skipped hour
or day not at all, and each day has its real length.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

DAY = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_THURSDAY = 3
"""The weekday of 1 January 1970; Monday is 0."""

type Interval = tuple[int, int]
"""Seconds [start, end): of the day, 0 to 86,400, or since 1970."""
type Week = tuple[tuple[Interval, ...], ...]
"""Seven days from Monday; the intervals of a day are in order and do not overlap."""


def openings(
    week: Week, zone: tzinfo, holidays_of_year: Callable[[int], Collection[date]], begin: int, end: int
) -> Iterator[Interval]:
    """Every open interval in [begin, end), in UTC seconds since 1970, in order."""
    closed = _HolidayLookup(holidays_of_year)
    for since, until, offset in constant_offsets(zone, begin, end):
        for day in range((since + offset) // DAY, (until + offset - 1) // DAY + 1):
            hours = week[(day + _THURSDAY) % 7]
            if not hours or day in closed:
                continue
            midnight = day * DAY - offset
            for opens, closes in hours:
                first, last = max(midnight + opens, since), min(midnight + closes, until)
                if first < last:
                    yield first, last


def constant_offsets(zone: tzinfo, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(since, until, offset in seconds) of each period in [begin, end) in which the zone's offset is constant."""
    since, offset = begin, offset_at(zone, begin)
    for at in range(begin, end, DAY):  # no zone has changed its offset twice within six days since 1970
        until = min(at + DAY, end)
        if (later := offset_at(zone, until)) != offset:
            change = _change(zone, at, until, offset)
            if change < end:
                yield since, change, offset
                since, offset = change, later
    yield since, end, offset


def offset_at(zone: tzinfo, second: int) -> int:
    """Seconds by which the zone's wall clock is ahead of UTC."""
    local = (EPOCH + timedelta(seconds=second)).astimezone(zone)
    return round((local.utcoffset() or timedelta()).total_seconds())


def _change(zone: tzinfo, before: int, after: int, offset: int) -> int:
    """The first second with a different offset than `offset`, which is that of `before`."""
    while after - before > 1:
        middle = (before + after) // 2
        if offset_at(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


class _HolidayLookup:
    """Reads the holidays of each year once; days are numbered from 1970-01-01."""

    def __init__(self, of_year: Callable[[int], Collection[date]]) -> None:
        self._of_year, self._days = of_year, dict[int, frozenset[int]]()

    def __contains__(self, day: int) -> bool:
        year = date.fromordinal(day + _EPOCH_ORDINAL).year
        if year not in self._days:
            self._days[year] = frozenset(holiday.toordinal() - _EPOCH_ORDINAL for holiday in self._of_year(year))
        return day in self._days[year]
