"""Business time on one version of a calendar. Pure.

Open intervals are kept in a table with running sums, so any distance costs two bisections. The table is extended on
demand.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection
from datetime import date, tzinfo

from support_management.calendars.engine.instants import OutOfReach, moment, new_year, within
from support_management.calendars.engine.interval_table import EMPTY, IntervalTable
from support_management.calendars.engine.utc_openings import DAY, Interval, Week, openings
from support_management.core.date_range import FIRST_YEAR, LAST_YEAR
from support_management.core.errors import Invalid

_FULL = ((0, DAY),)


class NeverOpens(Invalid):
    """The calendar has no hours, so no business time ever passes on it."""

    def __init__(self) -> None:
        super().__init__("never_opens", "This calendar has no working hours.")


def _negative() -> Invalid:
    return Invalid("negative", "Business time to add can't be negative.")


class CalendarHours:
    """One version of a calendar: its week, zone and holidays. `of_year` gives the country's holidays of a year."""

    __slots__ = ("_always", "_constant", "_holidays", "_of_year", "_table", "_week", "_zone")

    def __init__(
        self,
        week: Week,
        zone: tzinfo,
        holidays: Collection[date] = (),
        of_year: Callable[[int], Collection[date]] | None = None,
    ) -> None:
        self._week, self._zone = week, zone
        self._holidays, self._of_year = frozenset(holidays), of_year
        self._always = not self._holidays and of_year is None and all(day == _FULL for day in week)
        self._constant = self._always or not any(week)
        self._table = EMPTY

    def due(self, at: int, amount: int) -> int:
        """The instant at which `amount` of business time has passed since `at`; all in microseconds.

        For an amount of zero: `at` itself inside an interval, else the next opening. Raises NeverOpens, OutOfReach;
        Invalid for a negative amount.
        """
        if self._constant:
            return self._due_constant(at, amount)
        _, _, begin, end, starts, ends, sums = table = self._table
        if not begin <= at < end:
            _, _, begin, end, starts, ends, sums = table = self._covering(at, table)
        index = bisect_right(starts, at) - 1
        left = ends[index] - at
        if amount <= 0:
            return self._next_open(table, at, amount, left, index)
        goal = sums[index] + amount - (left if left > 0 else 0)
        if goal > sums[-1]:
            ends, sums = self._reaching(goal, table)
        index = bisect_left(sums, goal)
        return ends[index] - sums[index] + goal

    def served(self, since: int, until: int) -> int:
        """Business time in [since, until), in microseconds. OutOfReach; Invalid when `until` is before `since`."""
        if until < since:
            raise Invalid("backwards", "The end is before the start.", field="until")
        if self._constant:
            return within(until) - within(since) if self._always else 0
        table = self._covering(until, self._covering(since, self._table))
        return table.until(until) - table.until(since)

    def openings(self, begin: int, end: int) -> list[Interval]:
        """Open intervals in [begin, end), in seconds since 1970."""
        return list(openings(self._week, self._zone, self._holidays_of, begin, end))

    def _due_constant(self, at: int, amount: int) -> int:
        if not self._always:
            raise NeverOpens
        if amount < 0:
            raise _negative()
        return within(within(at) + amount)

    def _next_open(self, table: IntervalTable, at: int, amount: int, left: int, index: int) -> int:
        if amount < 0:
            raise _negative()
        while left <= 0 and index + 1 == len(table.starts):
            table = self._longer(table)
        return at if left > 0 else table.starts[index + 1]

    def _reaching(self, goal: int, table: IntervalTable) -> tuple[list[int], list[int]]:
        """Ends and sums of a table extended until its open time reaches `goal`."""
        while goal > table.sums[-1]:
            table = self._longer(table)
        return table.ends, table.sums

    def _covering(self, at: int, table: IntervalTable) -> IntervalTable:
        """A table that contains `at`, extended if necessary and stored for later calls."""
        if table.begin <= at < table.end:
            return table
        year = moment(within(at)).year
        if table is EMPTY:
            table = self._built(max(FIRST_YEAR, year - 1), min(LAST_YEAR, year + 3))
        elif at < table.begin:
            table = self._built(year, table.first).extended_by(table)
        else:
            table = table.extended_by(self._built(table.last, min(LAST_YEAR, year + 2)))
        self._table = table
        return table

    def _longer(self, table: IntervalTable) -> IntervalTable:
        """The table extended to twice its length, so that the last year takes few steps. OutOfReach after it."""
        if table.last == LAST_YEAR:
            raise OutOfReach
        self._table = table.extended_by(self._built(table.last, min(LAST_YEAR, 2 * table.last - table.first)))
        return self._table

    def _built(self, first: int, last: int) -> IntervalTable:
        return IntervalTable.of(first, last, self.openings(new_year(first), new_year(last)))

    def _holidays_of(self, year: int) -> Collection[date]:
        return self._holidays.union(self._of_year(year)) if self._of_year else self._holidays
