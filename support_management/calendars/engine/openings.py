"""When a week of wall-clock hours is open in UTC. Pure: values in, values out.

A zone is cut into stretches of one offset each; inside a stretch wall time and UTC run side by side. So a repeated hour
is met twice, a skipped one (or a skipped day) never, and a day has the seconds it really has.
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
"""Seven days from Monday; each day's intervals in order, none overlapping."""


def openings(
    week: Week, zone: tzinfo, is_holiday: Callable[[int], Collection[date]], begin: int, end: int
) -> Iterator[Interval]:
    """Every open interval in [begin, end), UTC seconds since 1970, in order. `is_holiday` gives a year's holidays."""
    closed = _HolidayLookup(is_holiday)
    for since, until, offset in stretches(zone, begin, end):
        for day in range((since + offset) // DAY, (until + offset - 1) // DAY + 1):
            hours = week[(day + _THURSDAY) % 7]
            if not hours or day in closed:
                continue
            midnight = day * DAY - offset
            for opens, closes in hours:
                first, last = max(midnight + opens, since), min(midnight + closes, until)
                if first < last:
                    yield first, last


def stretches(zone: tzinfo, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(since, until, offset in seconds) of each time in [begin, end) during which the zone's offset stays the same."""
    since, offset = begin, offset_at(zone, begin)
    for at in range(begin, end, DAY):  # since 1970 no zone has changed twice within six days
        until = min(at + DAY, end)
        if (later := offset_at(zone, until)) != offset:
            change = _change(zone, at, until, offset)
            if change < end:
                yield since, change, offset
                since, offset = change, later
    yield since, end, offset


def offset_at(zone: tzinfo, second: int) -> int:
    """Seconds that the zone's wall clock is ahead of UTC."""
    there = (EPOCH + timedelta(seconds=second)).astimezone(zone)
    return round((there.utcoffset() or timedelta()).total_seconds())


def _change(zone: tzinfo, before: int, after: int, offset: int) -> int:
    """The first second with another offset than `before` has."""
    while after - before > 1:
        middle = (before + after) // 2
        if offset_at(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


class _HolidayLookup:
    """Asks for each year's holidays once, and compares days by their number since 1970."""

    def __init__(self, of_year: Callable[[int], Collection[date]]) -> None:
        self._of_year, self._days = of_year, dict[int, frozenset[int]]()

    def __contains__(self, day: int) -> bool:
        year = date.fromordinal(day + _EPOCH_ORDINAL).year
        if year not in self._days:
            self._days[year] = frozenset(one.toordinal() - _EPOCH_ORDINAL for one in self._of_year(year))
        return day in self._days[year]
