"""The transitions of a clock: start, pause, resume, re-target, end. Each writes the row and its history.

A transition takes precedence over a threshold at the same instant: an answer exactly at the deadline is in time.
Thresholds due before it are fired first, so the history has everything in order.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from support_management.core.prepared_statements import Parameter, PreparedUpdate
from support_management.core.time import NEVER
from support_management.sla.clock import retargeting
from support_management.sla.clock import terms as policy_terms
from support_management.sla.clock.arithmetic import ClockProgress, WorkingHours, stage
from support_management.sla.clock.history import record
from support_management.sla.clock.owners import owners_of
from support_management.sla.clock.retargeting import Retarget
from support_management.sla.clock.terms import Terms
from support_management.sla.clock.thresholds import fire, next_threshold
from support_management.sla.models import OrderDisputeSLA

State = OrderDisputeSLA.State
JUST_BEFORE = datetime.resolution


def start(terms: Terms, metric: str, *, at: datetime, cause: str, by_id: int | None, **work) -> OrderDisputeSLA:
    """Start the next cycle of a metric; `work` is `ticket=`, `dispute=`, `order=` or `payment=`."""
    cycles = OrderDisputeSLA.objects.filter(**work, metric=metric)
    last = cycles.order_by("-cycle").values_list("cycle", flat=True).first() or 0
    clock = OrderDisputeSLA(**work, metric=metric, cycle=last + 1, started_at=at, since=at)
    _set_terms(clock, terms)
    _set_due(clock, ClockProgress(at, terms.hours), terms)
    clock.save()
    record(clock, "started", at=at, cause=cause, by_id=by_id)
    return clock


def pause(clock: OrderDisputeSLA, terms: Terms, *, at: datetime, cause: str, by_id: int | None) -> bool:
    """Pause; `terms` are the clock's own. False when it is no longer running."""
    at = max(at, clock.since)
    fire([clock], until=at - JUST_BEFORE)
    if clock.state != State.RUNNING:
        return False
    clock.served = policy_terms.progress_of(clock, terms.hours).served_by(at)
    clock.state, clock.paused_at, clock.since, clock.next_fire_at = State.PAUSED, at, at, NEVER
    _store(clock, "state", "paused_at", "since", "served", "next_fire_at")
    record(clock, "paused", at=at, cause=cause, by_id=by_id)
    return True


def resume(clock: OrderDisputeSLA, terms: Terms, *, at: datetime, cause: str, by_id: int | None) -> None:
    """Resume under the clock's own terms: the deadline moves by the open time of the pause."""
    at = max(at, clock.since)
    clock.paused_seconds += (at - clock.since) // timedelta(seconds=1)
    clock.state, clock.paused_at, clock.since = State.RUNNING, None, at
    _set_due(clock, policy_terms.progress_of(clock, terms.hours), terms)
    _store(clock, "state", "paused_at", "since", "paused_seconds", "due_at", "reached", "stage", "next_fire_at")
    record(clock, "resumed", at=at, cause=cause, by_id=by_id)


def retarget(
    clock: OrderDisputeSLA, hours: WorkingHours, terms: Terms, *, at: datetime, cause: str, by_id: int | None
) -> bool:
    """Adopt these terms from here on, as `retargeting.plan` says. False when the clock is breached or ended.

    `hours`: the calendar that it has run on.
    """
    at = max(at, clock.since)
    fire_before(clock, at)
    if clock.state not in (State.RUNNING, State.PAUSED):
        return False
    _take_over(clock, retargeting.plan(clock, hours, terms, at=at), at=at, cause=cause, by_id=by_id)
    return True


def fire_before(clock: OrderDisputeSLA, at: datetime) -> None:
    """Fire what a running clock passed before the instant, under the target it had."""
    if clock.state == State.RUNNING:
        fire([clock], until=at - JUST_BEFORE)


def restore(clock: OrderDisputeSLA, policy_id: int, *, at: datetime, cause: str, by_id: int | None) -> bool:
    """Let a clock go on that was cancelled by a change which is set back in time. False when it is too late."""
    if clock.completed_at is None:
        return False
    at = max(at, clock.completed_at)
    restored = retargeting.restore(clock, policy_id, at=at)
    if restored is None:
        return False
    paused = clock.paused_at is not None
    if paused:
        clock.paused_seconds -= (clock.completed_at - clock.since) // timedelta(seconds=1)
    clock.state = State.PAUSED if paused else State.RUNNING
    clock.completed_at, clock.completed_agent_id = None, None
    _store(clock, "state", "completed_at", "completed_agent", "paused_seconds", is_open=False)
    _take_over(clock, restored, at=at, cause=cause, by_id=by_id)
    return True


def _take_over(clock: OrderDisputeSLA, change: Retarget, *, at: datetime, cause: str, by_id: int | None) -> None:
    """Adopt the planned terms and progress; thresholds that lie in the past under them fire."""
    paused, progress = clock.state == State.PAUSED, change.progress
    clock.since, clock.served = progress.since, progress.served
    _set_terms(clock, change.terms)
    clock.retargets, clock.reached = clock.retargets + 1, 0
    _set_due(clock, progress, change.terms)
    record(clock, "restored" if change.restored else "retargeted", at=at, cause=cause, by_id=by_id)
    _store(clock, *_TERMS_FIELDS, "since", "served", "retargets", "due_at", "reached", "stage", "next_fire_at")
    fire([clock], until=clock.since - JUST_BEFORE if paused else at, progress_by_clock={clock.pk: progress})


def follow_status(
    clock: OrderDisputeSLA, terms: Terms, *, status: str, at: datetime, cause: str, by_id: int | None
) -> bool:
    """Pause or resume, as the terms say for work in this status. True if the clock changed."""
    waits = status in terms.pause_on
    if waits and clock.state == State.RUNNING:
        return pause(clock, terms, at=at, cause=cause, by_id=by_id)
    if not waits and clock.state == State.PAUSED:
        resume(clock, terms, at=at, cause=cause, by_id=by_id)
        return True
    return False


def end(clocks: Iterable[OrderDisputeSLA], *, at: datetime, cause: str, by_id: int | None, delivered: bool) -> bool:
    """End clocks. A breached one stays breached; another is met when `delivered`, else cancelled. False without clocks.

    What is met is credited to whoever did it, a breach to the owner of the work.
    Never before a clock's latest change: a machine's clock may have been set back, or a row may name an earlier answer.
    """
    clocks = list(clocks)
    fire([clock for clock in clocks if clock.state == State.RUNNING], until=at - JUST_BEFORE)
    owners = owners_of(clocks)
    for clock in clocks:
        breached, moment = clock.breached_at is not None, max(at, clock.since)
        if clock.state == State.PAUSED:
            clock.paused_seconds += (moment - clock.since) // timedelta(seconds=1)
        clock.state = State.BREACHED if breached else State.MET if delivered else State.CANCELLED
        clock.completed_at, clock.next_fire_at = moment, NEVER
        clock.completed_agent_id = (by_id if delivered and not breached else None) or owners[clock.pk]
        _store(clock, "state", "completed_at", "next_fire_at", "completed_agent", "paused_at", "paused_seconds")
        record(clock, "met" if delivered else "cancelled", at=moment, cause=cause, by_id=by_id)
    return bool(clocks)


def miss(clocks: Iterable[OrderDisputeSLA], *, at: datetime, cause: str, by_id: int | None) -> bool:
    """End clocks whose work is finished without an answer: each counts as breached, now if not before."""
    clocks = list(clocks)
    fire([clock for clock in clocks if clock.state == State.RUNNING], until=at - JUST_BEFORE)
    for clock in clocks:
        if clock.breached_at is not None:
            continue
        moment = max(at, clock.since)
        if clock.state == State.PAUSED:
            clock.paused_seconds += (moment - clock.since) // timedelta(seconds=1)
            clock.since = moment
        clock.state, clock.breached_at, clock.paused_at = State.BREACHED, moment, None
        _store(clock, "state", "breached_at", "since", "paused_at", "paused_seconds")
        record(clock, "breached", at=moment, cause=cause, by_id=by_id)
    return end(clocks, at=at, cause=cause, by_id=by_id, delivered=False)


_TERMS_FIELDS = ("policy", "policy_version", "calendar", "target_seconds")


def _set_terms(clock: OrderDisputeSLA, terms: Terms) -> None:
    clock.policy_id, clock.policy_version, clock.calendar_id = terms.policy_id, terms.policy_version, terms.calendar_id
    clock.target_seconds = terms.target // timedelta(seconds=1)


def _set_due(clock: OrderDisputeSLA, progress: ClockProgress, terms: Terms) -> None:
    """Due time, stage and next threshold, from the clock's progress."""
    clock.due_at = progress.instant(terms.target)
    clock.stage = stage(terms.thresholds, clock.reached)
    clock.next_fire_at = next_threshold(clock, progress, terms)


def _store(clock: OrderDisputeSLA, *fields: str, is_open: bool = True) -> None:
    columns: list[Any] = [OrderDisputeSLA._meta.get_field(name) for name in fields]
    _update_of(fields, is_open)(pk=clock.pk, **{column.name: getattr(clock, column.attname) for column in columns})


@cache
def _update_of(fields: tuple[str, ...], is_open: bool) -> PreparedUpdate:
    """The statement that writes these fields of a clock that is open, or ended."""
    parameters = {name: Parameter(name, OrderDisputeSLA._meta.get_field(name)) for name in fields}
    return PreparedUpdate(lambda: OrderDisputeSLA.objects.filter(pk=Parameter("pk"), is_open=is_open), **parameters)
