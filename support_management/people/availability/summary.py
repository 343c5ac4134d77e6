"""How an agent's time went: per state, available, and how much of the shift they were there. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from support_management.calendars.engine.business_time import BusinessHours
from support_management.people.availability.state import ABSENT


class StateInterval(Protocol):
    """A time in which the state did not change. An open one has no end."""

    state: str
    available: bool
    why_not: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AvailabilitySummary:
    """All in seconds. `shift`: working time of the window without planned absences, None for who has no shift."""

    states: dict[str, float]
    available: float = 0
    shift: float | None = None
    available_in_shift: float = 0

    @property
    def adherence(self) -> float | None:
        """Available time within the shift ÷ shift time, in percent."""
        return round(100 * self.available_in_shift / self.shift, 1) if self.shift else None


def figures_of(
    stretches: Iterable[StateInterval], *, begin: datetime, end: datetime, shift: BusinessHours | None = None
) -> AvailabilitySummary:
    """Of the window [begin, end). `end` is not in the future: nothing is known of it."""
    states: dict[str, float] = {}
    available = in_shift = absent = 0.0
    for one in stretches:
        since, until = max(one.began_at, begin), min(one.ended_at or end, end)
        if until <= since:
            continue
        seconds = (until - since).total_seconds()
        states[one.state] = states.get(one.state, 0) + seconds
        available += seconds if one.available else 0
        if shift is not None and (one.available or one.why_not == ABSENT):
            worked = shift.between(since, until)
            in_shift += worked if one.available else 0
            absent += 0 if one.available else worked
    if shift is None:
        return AvailabilitySummary(states, available)
    return AvailabilitySummary(states, available, max(shift.between(begin, end) - absent, 0), in_shift)
