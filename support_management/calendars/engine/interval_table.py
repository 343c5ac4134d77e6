"""Open intervals with running sums: where any amount of business time ends is two bisections away. Pure."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple, Self

from support_management.calendars.engine.instants import MICRO, new_year
from support_management.calendars.engine.openings import Interval


class IntervalTable(NamedTuple):
    """Whole years, in microseconds since 1970. The first interval is empty: every instant has one at or before it."""

    first: int
    last: int
    begin: int
    end: int
    starts: list[int]
    ends: list[int]
    sums: list[int]
    """Open time from the table's begin to the end of each interval."""

    @classmethod
    def of(cls, first: int, last: int, intervals: Iterable[Interval]) -> Self:
        """Of intervals in seconds, in order."""
        begin, end = new_year(first) * MICRO, new_year(last) * MICRO
        starts, ends, sums = [begin], [begin], [0]
        for opens, closes in intervals:
            starts.append(opens * MICRO)
            ends.append(closes * MICRO)
            sums.append(sums[-1] + (closes - opens) * MICRO)
        return cls(first, last, begin, end, starts, ends, sums)

    def then(self, later: "IntervalTable") -> "IntervalTable":
        """This one and the years that follow it."""
        so_far = self.sums[-1]
        return IntervalTable(
            self.first,
            later.last,
            self.begin,
            later.end,
            self.starts + later.starts[1:],
            self.ends + later.ends[1:],
            self.sums + [so_far + more for more in later.sums[1:]],
        )

    def until(self, at: int) -> int:
        """Open time from the table's begin to `at`."""
        place = bisect_right(self.starts, at) - 1
        left = self.ends[place] - at
        return self.sums[place] - left if left > 0 else self.sums[place]


NOTHING = IntervalTable(0, 0, 0, 0, [], [], [])
"""A table that covers no instant."""
