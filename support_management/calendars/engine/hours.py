"""Business time on one version of a calendar. Pure.

Open intervals stand in a table with running sums, so any distance costs two bisections; beyond its end the table is
extended, never guessed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection
from datetime import date, tzinfo

from support_management.calendars.engine.instants import OutOfReach, moment, new_year
from support_management.calendars.engine.instants import within as known
from support_management.calendars.engine.interval_table import NOTHING, IntervalTable
from support_management.calendars.engine.openings import DAY, Interval, Week, openings
from support_management.core.date_range import FIRST_YEAR, LAST_YEAR
from support_management.core.errors import Invalid

_FULL = ((0, DAY),)


class NeverOpens(Invalid):
    """The calendar has no hours: no business time ever passes on it."""

    def __init__(self) -> None:
        super().__init__("never_opens", "This calendar has no working hours.")


def _negative() -> Invalid:
    return Invalid("negative", "Business time to add can't be negative.")


class CalendarHours:
    """One version of a calendar: its week, zone and holidays. `of_year` gives the country's holidays of a year."""

    __slots__ = ("_always", "_holidays", "_of_year", "_plain", "_table", "_week", "_zone")

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
        self._plain = self._always or not any(week)
        self._table = NOTHING

    def due(self, at: int, amount: int) -> int:
        """The instant at which so much business time has passed since `at`; all in microseconds.

        Nothing from inside an interval is `at` itself, from outside the next opening. NeverOpens, OutOfReach, Invalid.
        """
        if self._plain:
            return self._due_plainly(at, amount)
        _, _, begin, end, starts, ends, sums = table = self._table
        if not begin <= at < end:
            _, _, begin, end, starts, ends, sums = table = self._covering(at, table)
        place = bisect_right(starts, at) - 1
        left = ends[place] - at
        if amount <= 0:
            return self._at_once(table, at, amount, left, place)
        goal = sums[place] + amount - (left if left > 0 else 0)
        if goal > sums[-1]:
            ends, sums = self._reaching(goal, table)
        place = bisect_left(sums, goal)
        return ends[place] - sums[place] + goal

    def served(self, since: int, until: int) -> int:
        """Business time in [since, until), in microseconds. Invalid when it ends before it starts, OutOfReach."""
        if until < since:
            raise Invalid("backwards", "The end is before the start.", field="until")
        if self._plain:
            return known(until) - known(since) if self._always else 0
        table = self._covering(until, self._covering(since, self._table))
        return table.until(until) - table.until(since)

    def openings(self, begin: int, end: int) -> list[Interval]:
        """Open intervals in [begin, end), in seconds since 1970, as they are drawn."""
        return list(openings(self._week, self._zone, self._closed_in, begin, end))

    def _due_plainly(self, at: int, amount: int) -> int:
        if not self._always:
            raise NeverOpens
        if amount < 0:
            raise _negative()
        return known(known(at) + amount)

    def _at_once(self, table: IntervalTable, at: int, amount: int, left: int, place: int) -> int:
        if amount < 0:
            raise _negative()
        while left <= 0 and place + 1 == len(table.starts):
            table = self._longer(table)
        return at if left > 0 else table.starts[place + 1]

    def _reaching(self, goal: int, table: IntervalTable) -> tuple[list[int], list[int]]:
        """Ends and sums that go on until so much time has been open."""
        while goal > table.sums[-1]:
            table = self._longer(table)
        return table.ends, table.sums

    def _covering(self, at: int, table: IntervalTable) -> IntervalTable:
        """The table, with `at` in it: lengthened where it was not, and kept for the next question."""
        if table.begin <= at < table.end:
            return table
        year = moment(known(at)).year
        if table is NOTHING:
            table = self._built(max(FIRST_YEAR, year - 1), min(LAST_YEAR, year + 3))
        elif at < table.begin:
            table = self._built(year, table.first).then(table)
        else:
            table = table.then(self._built(table.last, min(LAST_YEAR, year + 2)))
        self._table = table
        return table

    def _longer(self, table: IntervalTable) -> IntervalTable:
        """Twice as far, so that even the last year is reached in a few steps. OutOfReach after it."""
        if table.last == LAST_YEAR:
            raise OutOfReach
        self._table = table.then(self._built(table.last, min(LAST_YEAR, 2 * table.last - table.first)))
        return self._table

    def _built(self, first: int, last: int) -> IntervalTable:
        return IntervalTable.of(first, last, self.openings(new_year(first), new_year(last)))

    def _closed_in(self, year: int) -> Collection[date]:
        return self._holidays.union(self._of_year(year)) if self._of_year else self._holidays
