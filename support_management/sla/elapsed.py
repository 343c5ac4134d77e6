"""How far clocks have come, in open time on their own calendars."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from support_management.core.time import now
from support_management.sla.models import OrderDisputeSLA
from support_management.sla.terms import course_of
from support_management.sla.working import hours_of_each

State = OrderDisputeSLA.State


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Open time served so far, or until the end; what is left of the target, below nothing when late."""

    served: timedelta
    left: timedelta


def of(clocks: Iterable[OrderDisputeSLA]) -> dict[int, Elapsed]:
    """By clock. One question."""
    clocks, moment = list(clocks), now()
    calendars = hours_of_each(clock.calendar_id for clock in clocks)
    found = {}
    for clock in clocks:
        still = clock.state == State.PAUSED or (clock.paused_at is not None and clock.completed_at is not None)
        until = max(clock.completed_at or moment, clock.since)
        served = clock.served if still else course_of(clock, calendars[clock.calendar_id]).served_by(until)
        found[clock.pk] = Elapsed(served, clock.target - served)
    return found
