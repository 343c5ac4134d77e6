"""Thresholds pass: the clocks, their history, the rows of the work and whoever listens are told, once.

Many clocks cost the same few statements as one: the sweep brings them by the hundred.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from support_management.core.bulk import insert_new, update_each
from support_management.core.time import NEVER, now
from support_management.events.bus import publish_all
from support_management.events.catalogue import ClockReached
from support_management.sla.clock import next_due
from support_management.sla.clock.arithmetic import STAGES, ClockProgress, Threshold, passed, stage
from support_management.sla.clock.owners import event_fields, owners_of
from support_management.sla.clock.terms import Terms, course_of, of_clocks
from support_management.sla.models import OrderDisputeSLA, SLAEvent

State = OrderDisputeSLA.State
_KEY = ("id", "reached")
_WRITTEN = ("reached", "stage", "next_fire_at", "state", "breached_at", "paused_at")
_LINE = ("clock", "kind", "at", "fired_at", "due_at", "threshold", "cause")


@dataclass(slots=True)
class ThresholdCrossing:
    """A clock and the thresholds that it has just passed."""

    clock: OrderDisputeSLA
    was: int
    steps: list[tuple[Threshold, datetime]]


def fire(
    clocks: Iterable[OrderDisputeSLA], *, until: datetime, courses: Mapping[int, ClockProgress] | None = None
) -> int:
    """Every threshold that fell due by `until`, in order; the objects follow. How many fired.

    A clock that another was first with is left out. The caller holds the rows' work.
    """
    due = [clock for clock in clocks if clock.next_fire_at <= until]
    if not due:
        return 0
    terms = of_clocks(due)
    crossings = []
    for clock in due:
        course = (courses or {}).get(clock.pk) or course_of(clock, terms[clock.pk].hours)
        found = passed(course, terms[clock.pk].steps, clock.reached, until)
        if found:
            crossings.append(_cross(clock, course, terms[clock.pk], found))
    return _tell(_stored(crossings))


def next_threshold(clock: OrderDisputeSLA, course: ClockProgress, terms: Terms) -> datetime:
    """When the clock wants attention next. A paused one only for what had fallen due before it stood still."""
    if clock.reached == len(terms.steps):
        return NEVER
    at = course.instant(terms.steps[clock.reached].mark)
    return NEVER if clock.state == State.PAUSED and at >= clock.since else at


def _cross(clock: OrderDisputeSLA, course: ClockProgress, terms: Terms, found: list) -> ThresholdCrossing:
    crossing = ThresholdCrossing(clock, clock.reached, found)
    clock.reached += len(found)
    clock.stage = stage(terms.steps, clock.reached)
    if clock.reached == len(terms.steps):
        clock.state, clock.breached_at, clock.paused_at = State.BREACHED, clock.due_at, None
    clock.next_fire_at = next_threshold(clock, course, terms)
    return crossing


def _stored(crossings: list[ThresholdCrossing]) -> list[ThresholdCrossing]:
    rows = [(one.clock.pk, one.was, *(getattr(one.clock, name) for name in _WRITTEN)) for one in crossings]
    won = set(update_each(OrderDisputeSLA, _KEY, _WRITTEN, rows)) if rows else set()
    return [one for one in crossings if one.clock.pk in won]


def _tell(crossings: list[ThresholdCrossing]) -> int:
    if not crossings:
        return 0
    known = _known([one.clock.pk for one in crossings if one.clock.retargets])
    lines, events, moment = [], [], now()
    owners = owners_of(one.clock for one in crossings)
    for one in crossings:
        for step, at in one.steps:
            first = (one.clock.pk, step.kind, step.name) not in known
            if first:
                lines.append((one.clock.pk, step.kind, at, moment, one.clock.due_at, step.name, "time"))
            events.append(_reached(one.clock, step, at, owners[one.clock.pk], first))
    insert_new(SLAEvent, _LINE, lines)
    next_due.stages([one.clock for one in crossings])
    publish_all(events)
    return len(events)


def _known(ids: list[int]) -> set[tuple]:
    """Thresholds that fired under an earlier target: each fires once per clock."""
    if not ids:
        return set()
    rows = SLAEvent.objects.filter(clock__in=ids, kind__in=list(STAGES))
    return set(rows.values_list("clock", "kind", "threshold"))


def _reached(clock: OrderDisputeSLA, step: Threshold, at: datetime, owner: int | None, first: bool) -> ClockReached:
    return ClockReached(
        **event_fields(clock, owner),
        threshold=STAGES[step.kind],
        name=step.name,
        due_at=at.isoformat(),
        metric=clock.metric,
        policy_id=clock.policy_id,
        first=first,
    )
