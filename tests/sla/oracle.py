"""A clock by hand: minute after minute, as somebody with a wall clock and a list would keep it.

Slow and obvious. It knows a calendar only as the question "is this minute open", and nothing of the arithmetic.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
SET_BACK = 10 * MINUTE
FAR = 60 * 24 * 400
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 27, 8, 0, tzinfo=UTC)
"""A Friday morning; the clocks go forward on Sunday."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {day: [["09:00", "12:30"], ["13:00", "17:00"]] for day in DAYS[:5]} | {"sat": [], "sun": []}
LONG = {day: [["07:00", "24:00"]] for day in DAYS}
NIGHTS = {day: [["00:00", "06:00"], ["20:00", "24:00"]] for day in DAYS}
WEEKS = (OFFICE, LONG, NIGHTS)


@cache
def on_the_wall(at: datetime) -> tuple[str, str]:
    """The day and the time that a clock in Berlin shows."""
    local = at.astimezone(BERLIN)
    return DAYS[local.weekday()], f"{local:%H:%M}"


def is_open(hours: dict, at: datetime) -> bool:
    day, wall = on_the_wall(at)
    return any(start <= wall < end for start, end in hours[day])


class Walker:
    """Acts come in order of their minutes; `open_at` belongs to the calendar that holds from then on."""

    def __init__(self, at: datetime, target: int, open_at: Callable[[datetime], bool]) -> None:
        self.at, self.target, self.open_at = at, target, open_at
        self.ticks: list[datetime] = []
        """The minutes that counted."""
        self.runs, self.ended = True, False
        self.breached_at: datetime | None = None
        self.paused_minutes = 0
        self.stood = at
        self.nothing_left = False
        self.policy = ""
        self.left: list[tuple[str, int, datetime]] = []
        """Policies that were left, each with the target under it and when that was."""

    def walk(self, until: datetime) -> None:
        """Let time pass up to an instant."""
        while self.at < until:
            if self.runs and self.breached_at is None:
                self._look()
                if self.breached_at is None and self.open_at(self.at):
                    self.ticks.append(self.at)
            elif not self.runs and self.breached_at is None:
                self.paused_minutes += 1
            self.at += MINUTE

    def look(self, at: datetime) -> None:
        """At an instant itself: has the promise just been broken?"""
        if self.runs and not self.ended and self.at == at and self.breached_at is None:
            self._look()

    def _look(self) -> None:
        if self.nothing_left:
            self.breached_at = self.at if self.open_at(self.at) else None
        elif len(self.ticks) >= self.target:
            self.breached_at = self._end_of(self.target)

    def _end_of(self, number: int) -> datetime:
        return self.ticks[number - 1] + MINUTE

    def pause(self) -> None:
        if self.runs:
            self.runs, self.stood = False, self.at

    def resume(self) -> None:
        """With nothing left of the promise it is broken by the first open minute."""
        if not self.runs:
            self.runs, self.nothing_left = True, len(self.ticks) == self.target

    def retarget(self, target: int, open_at: Callable[[datetime], bool]) -> None:
        """Another promise from here on. When as much has been served as is promised now, it was broken back then."""
        if self.breached_at is not None:
            return
        self.target, self.open_at, self.nothing_left = target, open_at, False
        if len(self.ticks) >= target and (self.runs or self._end_of(target) < self.stood):
            self.breached_at = self._end_of(target)

    def change_policy(self, policy: str, target: int, open_at: Callable[[datetime], bool]) -> None:
        """Another policy: as if never left when that was ten minutes ago at most, else never due at once."""
        if self.breached_at is not None:
            return
        restored = [old for name, old, at in self.left if name == policy and at >= self.at - SET_BACK]
        target = restored[-1] if restored else self._fair(target, open_at)
        self.left.append((self.policy, self.target, self.at))
        self.policy = policy
        self.retarget(target, open_at)

    def _fair(self, target: int, open_at: Callable[[datetime], bool]) -> int:
        """A quarter of the target and ten minutes are left, unless the deadline before was not later anyway."""
        served, before = len(self.ticks), self._minutes_left(target, open_at)
        left, least = target - served, max(target / 4, 10)
        if self.runs and 0 < left >= before:
            return target
        granted = max(left if left > 0 else before, least)
        return served + ceil(granted)

    def _minutes_left(self, most: int, open_at: Callable[[datetime], bool]) -> int:
        """Open minutes until the deadline so far, at most `most`; a clock that stands has all of them."""
        if not self.runs:
            return most
        found, at, due = 0, self.at, self.due()
        while at < due and found < most:
            found += open_at(at)
            at += MINUTE
        return found

    def due(self) -> datetime:
        """When the promise will be broken if nothing else happens; paused: as if it ran on from the pause."""
        if self.breached_at is not None:
            return self.breached_at
        left, at = self.target - len(self.ticks), self.at if self.runs else self.stood
        if not left and not self.nothing_left:
            return self._end_of(self.target)
        for _ in range(FAR):
            if self.open_at(at):
                if not left:
                    return at
                left -= 1
                if not left:
                    return at + MINUTE
            at += MINUTE
        raise AssertionError("This calendar does not open for a year.")
