"""The transitions of a clock: start, pause, resume, re-target, end. Each writes the row and its history.

A transition takes precedence over a threshold at the same instant: an answer exactly at the deadline is in time.
Thresholds due before it are fired first, so the history has everything in order.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from support_management.core.prepared_statements import Parameter, PreparedUpdate
from support_management.core.time import NEVER
from support_management.sla.clock import terms as policy_terms
from support_management.sla.clock.arithmetic import ClockProgress, RunInterval, stage
from support_management.sla.clock.history import record
from support_management.sla.clock.owners import owners_of
from support_management.sla.clock.terms import Terms
from support_management.sla.clock.thresholds import fire, next_threshold
from support_management.sla.clock.working_time import hours_of
from support_management.sla.models import OrderDisputeSLA, SLAEvent

State = OrderDisputeSLA.State
JUST_BEFORE = datetime.resolution


def start(terms: Terms, metric: str, *, at: datetime, cause: str, by_id: int | None, **work) -> OrderDisputeSLA:
    """Start the next cycle of a metric; `work` is `ticket=`, `dispute=` or `order=`."""
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


def retarget(clock: OrderDisputeSLA, old: Terms, terms: Terms, *, at: datetime, cause: str, by_id: int | None) -> bool:
    """Replace the `old` terms from here on; time served still counts. False when the clock is breached or ended.

    When more time was served than the new target allows, the deadline lies in the past, at the instant at which the
    target had been served.
    """
    at = max(at, clock.since)
    fire_before(clock, at)
    if clock.state not in (State.RUNNING, State.PAUSED):
        return False
    paused = clock.state == State.PAUSED
    progress = _progress_under(clock, old, terms, until=clock.since if paused else at)
    clock.since = progress.since
    _set_terms(clock, terms)
    clock.served, clock.retargets, clock.reached = progress.served, clock.retargets + 1, 0
    _set_due(clock, progress, terms)
    record(clock, "retargeted", at=at, cause=cause, by_id=by_id)
    _store(clock, *_TERMS_FIELDS, "since", "served", "retargets", "due_at", "reached", "stage", "next_fire_at")
    fire([clock], until=clock.since - JUST_BEFORE if paused else at, progress_by_clock={clock.pk: progress})
    return True


def fire_before(clock: OrderDisputeSLA, at: datetime) -> None:
    """Fire what a running clock passed before the instant, under the target it had."""
    if clock.state == State.RUNNING:
        fire([clock], until=at - JUST_BEFORE)


def _progress_under(clock: OrderDisputeSLA, old: Terms, terms: Terms, *, until: datetime) -> ClockProgress:
    """Progress under the new terms. Reads the history only when a threshold already lies in the past."""
    served = policy_terms.progress_of(clock, old.hours).served_by(until)
    if terms.thresholds[0].mark > served:
        return ClockProgress(until, terms.hours, served)
    current_run = [] if clock.state == State.PAUSED else [RunInterval(clock.since, until, old.hours)]
    return ClockProgress.after([*runs_of(clock), *current_run], until, terms.hours)


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
        clock.completed_at, clock.next_fire_at, clock.completed_agent_id = moment, NEVER, owners[clock.pk]
        _store(clock, "state", "completed_at", "next_fire_at", "completed_agent", "paused_at", "paused_seconds")
        record(clock, "met" if delivered else "cancelled", at=moment, cause=cause, by_id=by_id)
    return bool(clocks)


def runs_of(clock: OrderDisputeSLA) -> list[RunInterval]:
    """The finished runs that make up the time served, from the history."""
    events = SLAEvent.objects.filter(clock=clock, kind__in=["started", "paused", "resumed", "retargeted"])
    return finished_runs(list(events.order_by("id")))


def finished_runs(events: Sequence[SLAEvent]) -> list[RunInterval]:
    """Finished runs between the events of a history, each on the calendar in force then."""
    runs: list[RunInterval] = []
    running, calendar_id, since = False, 0, None
    for event in events:
        if running and since is not None:
            runs.append(RunInterval(since, event.at, hours_of(calendar_id)))
        running = event.kind in ("started", "resumed") or (running and event.kind == "retargeted")
        calendar_id, since = event.calendar_id or calendar_id, event.at
    return runs


_TERMS_FIELDS = ("policy", "policy_version", "calendar", "target_seconds")


def _set_terms(clock: OrderDisputeSLA, terms: Terms) -> None:
    clock.policy_id, clock.policy_version, clock.calendar_id = terms.policy_id, terms.policy_version, terms.calendar_id
    clock.target_seconds = terms.target // timedelta(seconds=1)


def _set_due(clock: OrderDisputeSLA, progress: ClockProgress, terms: Terms) -> None:
    """Due time, stage and next threshold, from the clock's progress."""
    clock.due_at = progress.instant(terms.target)
    clock.stage = stage(terms.thresholds, clock.reached)
    clock.next_fire_at = next_threshold(clock, progress, terms)


def _store(clock: OrderDisputeSLA, *fields: str) -> None:
    columns: list[Any] = [OrderDisputeSLA._meta.get_field(name) for name in fields]
    _update_of(fields)(pk=clock.pk, **{column.name: getattr(clock, column.attname) for column in columns})


@cache
def _update_of(fields: tuple[str, ...]) -> PreparedUpdate:
    """The statement that writes these fields of an open clock."""
    parameters = {name: Parameter(name, OrderDisputeSLA._meta.get_field(name)) for name in fields}
    return PreparedUpdate(lambda: OrderDisputeSLA.objects.filter(pk=Parameter("pk"), is_open=True), **parameters)
