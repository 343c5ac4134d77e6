"""Business time: add it to an instant, measure it between two. Pure: no database, no settings, no current time.

A second counts when its wall time lies in [start, end) of an interval of its local weekday, on a local date that is not
a holiday. A result exactly at the end of an interval is that end, not the next opening. Adding no time gives the
instant itself inside an interval, else the next opening.
"""

from collections.abc import Sequence
from datetime import datetime

from support_management.calendars.engine.hours import CalendarHours
from support_management.calendars.engine.instants import MICRO, moment, ticks


class BusinessHours:
    """A calendar with its versions: each is in force from its instant on, the first also before.

    `due` and `served` are `add` and `between` in microseconds since 1970, for calculations over many clocks.
    """

    __slots__ = ("_last", "_past", "due", "served")

    def __init__(self, versions: Sequence[tuple[datetime, CalendarHours]]) -> None:
        """`versions` in order of their instants, at least one."""
        ends = [ticks(since) for since, _ in versions[1:]]
        self._past = [(until, hours) for until, (_, hours) in zip(ends, versions, strict=False)]
        self._last = versions[-1][1]
        self.due = self._due if self._past else self._last.due
        self.served = self._served if self._past else self._last.served

    def add(self, start: datetime, seconds: float) -> datetime:
        """The instant (UTC) at which `seconds` of business time have passed since `start`. Invalid, NeverOpens."""
        return moment(self.due(ticks(start), round(seconds * MICRO)))

    def between(self, start: datetime, until: datetime) -> float:
        """Business seconds in [start, until). Invalid when `until` is before `start`."""
        return self.served(ticks(start), ticks(until)) / MICRO

    def _due(self, at: int, amount: int) -> int:
        for until, hours in self._past:
            if at < until:
                served = hours.served(at, until)
                if served and amount <= served:
                    return hours.due(at, amount)
                at, amount = until, amount - served
        return self._last.due(at, amount)

    def _served(self, since: int, until: int) -> int:
        total = 0
        for end, hours in self._past:
            if since < end <= until:
                total += hours.served(since, end)
                since = end
            elif since < end:
                return total + hours.served(since, until)
        return total + self._last.served(since, until)
