"""Open intervals with running sums: the end of any amount of business time takes two bisections. Pure."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple, Self

from support_management.calendars.engine.instants import MICRO, new_year
from support_management.calendars.engine.utc_openings import Interval


class IntervalTable(NamedTuple):
    """Whole years, in microseconds since 1970. The first interval is empty: every instant has one at or before it."""

    first: int
    last: int
    begin: int
    end: int
    starts: list[int]
    ends: list[int]
    sums: list[int]
    """Open time from `begin` to the end of each interval."""

    @classmethod
    def of(cls, first: int, last: int, intervals: Iterable[Interval]) -> Self:
        """A table for the years from `first` up to `last`, from intervals in seconds since 1970, in order."""
        begin, end = new_year(first) * MICRO, new_year(last) * MICRO
        starts, ends, sums = [begin], [begin], [0]
        for opens, closes in intervals:
            starts.append(opens * MICRO)
            ends.append(closes * MICRO)
            sums.append(sums[-1] + (closes - opens) * MICRO)
        return cls(first, last, begin, end, starts, ends, sums)

    def extended_by(self, later: "IntervalTable") -> "IntervalTable":
        """This table followed by one of the years after it."""
        total = self.sums[-1]
        return IntervalTable(
            self.first,
            later.last,
            self.begin,
            later.end,
            self.starts + later.starts[1:],
            self.ends + later.ends[1:],
            self.sums + [total + added for added in later.sums[1:]],
        )

    def until(self, at: int) -> int:
        """Open time from `begin` to `at`."""
        index = bisect_right(self.starts, at) - 1
        left = self.ends[index] - at
        return self.sums[index] - left if left > 0 else self.sums[index]


EMPTY = IntervalTable(0, 0, 0, 0, [], [], [])
"""A table that covers no instant."""
