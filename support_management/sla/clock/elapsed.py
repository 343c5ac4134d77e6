"""Elapsed and remaining time of clocks, in open time on their own calendars."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from support_management.core.time import now
from support_management.sla.clock.terms import progress_of
from support_management.sla.clock.working_time import WorkingTime, hours_of_each
from support_management.sla.models import OrderDisputeSLA

State = OrderDisputeSLA.State


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Open time served until now or until the clock ended, and what is left of the target (negative when overdue)."""

    served: timedelta
    left: timedelta


def of(clocks: Iterable[OrderDisputeSLA]) -> dict[int, Elapsed]:
    """By clock id. One query."""
    clocks, moment = list(clocks), now()
    calendars = hours_of_each(clock.calendar_id for clock in clocks)
    elapsed_by_clock = {}
    for clock in clocks:
        paused = clock.state == State.PAUSED or (clock.paused_at is not None and clock.completed_at is not None)
        until = max(clock.completed_at or moment, clock.since)
        served = clock.served if paused else progress_of(clock, calendars[clock.calendar_id]).served_by(until)
        elapsed_by_clock[clock.pk] = Elapsed(served, clock.target - served)
    return elapsed_by_clock


def over_target(ended: Iterable[tuple[int, timedelta, datetime, datetime, int]]) -> list[float]:
    """Open seconds beyond the target, for rows (calendar, served, since, completed_at, target_seconds) of ended clocks.

    One query for any number. Takes rows, not objects, because reports read very many.
    """
    rows = list(ended)
    calendars = hours_of_each(row[0] for row in rows)
    return [_over(calendars[row[0]], *row[1:]) for row in rows]


def _over(hours: WorkingTime, served: timedelta, since: datetime, end: datetime, target: int) -> float:
    return max(0.0, (served + hours.between(since, max(end, since))).total_seconds() - target)
