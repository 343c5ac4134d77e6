"""Fires thresholds: updates the clocks, their history and the rows of their work, and publishes an event, once each.

A batch of clocks costs the same few statements as a single clock; the sweep passes them by the hundred.
"""

from collections import defaultdict
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
from support_management.sla.clock.terms import Terms, of_clocks, progress_of
from support_management.sla.models import OrderDisputeSLA, SLAEvent

State = OrderDisputeSLA.State
_MATCH_FIELDS = ("id", "reached")
_CLOCK_FIELDS = ("reached", "stage", "next_fire_at", "state", "breached_at", "paused_at")
_EVENT_FIELDS = ("clock", "kind", "at", "fired_at", "due_at", "threshold", "round", "cause")


@dataclass(slots=True)
class ThresholdCrossing:
    """A clock, how many thresholds it had reached before, and those that it has just passed."""

    clock: OrderDisputeSLA
    reached_before: int
    thresholds: list[tuple[Threshold, datetime]]


def fire(
    clocks: Iterable[OrderDisputeSLA], *, until: datetime, progress_by_clock: Mapping[int, ClockProgress] | None = None
) -> int:
    """Fire every threshold that fell due by `until`, in order, and update the objects. Returns how many fired.

    Skips a clock that another process has fired first. The caller holds the lock on the work of the clocks.
    """
    due = [clock for clock in clocks if clock.next_fire_at <= until]
    if not due:
        return 0
    terms = of_clocks(due)
    crossings = []
    for clock in due:
        progress = (progress_by_clock or {}).get(clock.pk) or progress_of(clock, terms[clock.pk].hours)
        crossed = passed(progress, terms[clock.pk].thresholds, clock.reached, until)
        if crossed:
            crossings.append(_cross(clock, progress, terms[clock.pk], crossed))
    return _record(_stored(crossings))


def next_threshold(clock: OrderDisputeSLA, progress: ClockProgress, terms: Terms) -> datetime:
    """When the next threshold falls due; NEVER after the last. For a paused clock: only if due before the pause."""
    if clock.reached == len(terms.thresholds):
        return NEVER
    at = progress.instant(terms.thresholds[clock.reached].mark)
    return NEVER if clock.state == State.PAUSED and at >= clock.since else at


def _cross(clock: OrderDisputeSLA, progress: ClockProgress, terms: Terms, crossed: list) -> ThresholdCrossing:
    crossing = ThresholdCrossing(clock, clock.reached, crossed)
    clock.reached += len(crossed)
    clock.stage = stage(terms.thresholds, clock.reached)
    if clock.reached == len(terms.thresholds):
        clock.state, clock.breached_at, clock.paused_at = State.BREACHED, clock.due_at, None
    clock.next_fire_at = next_threshold(clock, progress, terms)
    return crossing


def _stored(crossings: list[ThresholdCrossing]) -> list[ThresholdCrossing]:
    rows = [
        (crossing.clock.pk, crossing.reached_before, *(getattr(crossing.clock, name) for name in _CLOCK_FIELDS))
        for crossing in crossings
    ]
    updated = set(update_each(OrderDisputeSLA, _MATCH_FIELDS, _CLOCK_FIELDS, rows)) if rows else set()
    return [crossing for crossing in crossings if crossing.clock.pk in updated]


def _record(crossings: list[ThresholdCrossing]) -> int:
    if not crossings:
        return 0
    fired_before = _fired_before([crossing.clock.pk for crossing in crossings if crossing.clock.retargets])
    history, events, moment = [], [], now()
    owners = owners_of(crossing.clock for crossing in crossings)
    for crossing in crossings:
        clock = crossing.clock
        for threshold, at in crossing.thresholds:
            first = _is_first(clock, at, fired_before.get((clock.pk, threshold.kind, threshold.name)))
            if first:
                line = (clock.pk, threshold.kind, at, moment, clock.due_at, threshold.name, clock.extensions, "time")
                history.append(line)
            events.append(_reached(clock, threshold, at, owners[clock.pk], first))
    insert_new(SLAEvent, _EVENT_FIELDS, history)
    next_due.stages([crossing.clock for crossing in crossings])
    publish_all(events)
    return len(events)


def _is_first(clock: OrderDisputeSLA, at: datetime, rounds: set[int] | None) -> bool:
    """Each threshold fires once per clock, and once more after each extension, unless it was passed by then."""
    return rounds is None or (clock.extensions not in rounds and at > clock.since)


def _fired_before(ids: list[int]) -> dict[tuple, set[int]]:
    """The rounds in which thresholds fired under an earlier target."""
    fired: dict[tuple, set[int]] = defaultdict(set)
    rows = SLAEvent.objects.filter(clock__in=ids, kind__in=list(STAGES)) if ids else SLAEvent.objects.none()
    for *threshold, number in rows.values_list("clock", "kind", "threshold", "round"):
        fired[tuple(threshold)].add(number)
    return fired


def _reached(
    clock: OrderDisputeSLA, threshold: Threshold, at: datetime, owner: int | None, first: bool
) -> ClockReached:
    return ClockReached(
        **event_fields(clock, owner),
        threshold=STAGES[threshold.kind],
        name=threshold.name,
        due_at=at.isoformat(),
        metric=clock.metric,
        policy_id=clock.policy_id,
        first=first,
        round=clock.extensions,
    )
