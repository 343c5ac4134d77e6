"""Time of an agent per state, available time and adherence to the shift. Pure: values in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from support_management.calendars.engine.business_time import BusinessHours
from support_management.people.availability.state import ABSENT


class StateInterval(Protocol):
    """A period without a change of state. The open interval has no end."""

    state: str
    available: bool
    why_not: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AvailabilitySummary:
    """All values in seconds. `shift`: working time in the window without planned absences; None without a shift."""

    states: dict[str, float]
    available: float = 0
    shift: float | None = None
    available_in_shift: float = 0

    @property
    def adherence(self) -> float | None:
        """Available time within the shift ÷ shift time, in percent."""
        return round(100 * self.available_in_shift / self.shift, 1) if self.shift else None


def figures_of(
    intervals: Iterable[StateInterval], *, begin: datetime, end: datetime, shift: BusinessHours | None = None
) -> AvailabilitySummary:
    """Summary of the window [begin, end). `end` must not be in the future."""
    states: dict[str, float] = {}
    available = in_shift = absent = 0.0
    for interval in intervals:
        since, until = max(interval.began_at, begin), min(interval.ended_at or end, end)
        if until <= since:
            continue
        seconds = (until - since).total_seconds()
        states[interval.state] = states.get(interval.state, 0) + seconds
        available += seconds if interval.available else 0
        if shift is not None and (interval.available or interval.why_not == ABSENT):
            worked = shift.between(since, until)
            in_shift += worked if interval.available else 0
            absent += 0 if interval.available else worked
    if shift is None:
        return AvailabilitySummary(states, available)
    return AvailabilitySummary(states, available, max(shift.between(begin, end) - absent, 0), in_shift)
