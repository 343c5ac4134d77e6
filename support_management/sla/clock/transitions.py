"""What a clock can do: start, pause, resume, take another target, end. Each writes the row and its history.

An instant belongs to what happens at it: an answer at the very second of the deadline is in time. What fell due
before is fired first, so the history has every threshold in order.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from support_management.core.prepared_statements import Parameter, PreparedUpdate
from support_management.core.time import NEVER
from support_management.sla.clock import terms as promises
from support_management.sla.clock.arithmetic import ClockProgress, RunInterval, stage
from support_management.sla.clock.history import note
from support_management.sla.clock.owners import owners_of
from support_management.sla.clock.terms import Terms
from support_management.sla.clock.thresholds import fire, next_threshold
from support_management.sla.clock.working_time import hours_of
from support_management.sla.models import OrderDisputeSLA, SLAEvent

State = OrderDisputeSLA.State
JUST_BEFORE = datetime.resolution


def start(terms: Terms, metric: str, *, at: datetime, cause: str, by_id: int | None, **work) -> OrderDisputeSLA:
    """The next cycle of a metric; `work` is the ticket, dispute or order."""
    cycles = OrderDisputeSLA.objects.filter(**work, metric=metric)
    last = cycles.order_by("-cycle").values_list("cycle", flat=True).first() or 0
    clock = OrderDisputeSLA(**work, metric=metric, cycle=last + 1, started_at=at, since=at)
    _take_terms(clock, terms)
    _aim(clock, ClockProgress(at, terms.hours), terms)
    clock.save()
    note(clock, "started", at=at, cause=cause, by_id=by_id)
    return clock


def pause(clock: OrderDisputeSLA, terms: Terms, *, at: datetime, cause: str, by_id: int | None) -> bool:
    """Stand still; `terms` are the clock's own. False when it does not run any more."""
    at = max(at, clock.since)
    fire([clock], until=at - JUST_BEFORE)
    if clock.state != State.RUNNING:
        return False
    clock.served = promises.course_of(clock, terms.hours).served_by(at)
    clock.state, clock.paused_at, clock.since, clock.next_fire_at = State.PAUSED, at, at, NEVER
    _store(clock, "state", "paused_at", "since", "served", "next_fire_at")
    note(clock, "paused", at=at, cause=cause, by_id=by_id)
    return True


def resume(clock: OrderDisputeSLA, terms: Terms, *, at: datetime, cause: str, by_id: int | None) -> None:
    """Run on from here under its own terms: the deadline moves by the open time that the pause took."""
    at = max(at, clock.since)
    clock.paused_seconds += (at - clock.since) // timedelta(seconds=1)
    clock.state, clock.paused_at, clock.since = State.RUNNING, None, at
    _aim(clock, promises.course_of(clock, terms.hours), terms)
    _store(clock, "state", "paused_at", "since", "paused_seconds", "due_at", "reached", "stage", "next_fire_at")
    note(clock, "resumed", at=at, cause=cause, by_id=by_id)


def retarget(clock: OrderDisputeSLA, old: Terms, terms: Terms, *, at: datetime, cause: str, by_id: int | None) -> bool:
    """Another promise from here on than the `old` one; time served counts, stretch by stretch.

    A breached clock stays as it is. When more was served than is promised now, the deadline lies in the past, where
    that much had been served.
    """
    at = max(at, clock.since)
    if clock.state == State.RUNNING:
        fire([clock], until=at - JUST_BEFORE)
    if clock.state not in (State.RUNNING, State.PAUSED):
        return False
    paused = clock.state == State.PAUSED
    course = _course_under(clock, old, terms, until=clock.since if paused else at)
    clock.since = course.since
    _take_terms(clock, terms)
    clock.served, clock.retargets, clock.reached = course.served, clock.retargets + 1, 0
    _aim(clock, course, terms)
    note(clock, "retargeted", at=at, cause=cause, by_id=by_id)
    _store(clock, *_PROMISED, "since", "served", "retargets", "due_at", "reached", "stage", "next_fire_at")
    fire([clock], until=clock.since - JUST_BEFORE if paused else at, courses={clock.pk: course})
    return True


def _course_under(clock: OrderDisputeSLA, old: Terms, terms: Terms, *, until: datetime) -> ClockProgress:
    """How far it has come. Only thresholds that lie in the past now ask the history where they lay."""
    served = promises.course_of(clock, old.hours).served_by(until)
    if terms.steps[0].mark > served:
        return ClockProgress(until, terms.hours, served)
    ran = [] if clock.state == State.PAUSED else [RunInterval(clock.since, until, old.hours)]
    return ClockProgress.after([*runs_of(clock), *ran], until, terms.hours)


def stand(clock: OrderDisputeSLA, terms: Terms, *, status: str, at: datetime, cause: str, by_id: int | None) -> bool:
    """Pause or run on, as the terms say of work in this status. Whether it did."""
    waits = status in terms.pause_on
    if waits and clock.state == State.RUNNING:
        return pause(clock, terms, at=at, cause=cause, by_id=by_id)
    if not waits and clock.state == State.PAUSED:
        resume(clock, terms, at=at, cause=cause, by_id=by_id)
        return True
    return False


def end(clocks: Iterable[OrderDisputeSLA], *, at: datetime, cause: str, by_id: int | None, delivered: bool) -> bool:
    """Close clocks. Whether there were any. A late one is breached for good; another is met, or cancelled.

    Not before its last turn: where a clock of the machine was set back, or a row tells of an earlier answer.
    """
    clocks = list(clocks)
    fire([clock for clock in clocks if clock.state == State.RUNNING], until=at - JUST_BEFORE)
    owners = owners_of(clocks)
    for clock in clocks:
        late, moment = clock.breached_at is not None, max(at, clock.since)
        if clock.state == State.PAUSED:
            clock.paused_seconds += (moment - clock.since) // timedelta(seconds=1)
        clock.state = State.BREACHED if late else State.MET if delivered else State.CANCELLED
        clock.completed_at, clock.next_fire_at, clock.completed_agent_id = moment, NEVER, owners[clock.pk]
        _store(clock, "state", "completed_at", "next_fire_at", "completed_agent", "paused_at", "paused_seconds")
        note(clock, "met" if delivered else "cancelled", at=moment, cause=cause, by_id=by_id)
    return bool(clocks)


def runs_of(clock: OrderDisputeSLA) -> list[RunInterval]:
    """The finished stretches that make up what was served, from the history."""
    lines = SLAEvent.objects.filter(clock=clock, kind__in=["started", "paused", "resumed", "retargeted"])
    return stretches(list(lines.order_by("id")))


def stretches(lines: Sequence[SLAEvent]) -> list[RunInterval]:
    """Finished stretches between the lines of a history, each on the calendar that held then."""
    runs: list[RunInterval] = []
    running, calendar_id, since = False, 0, None
    for row in lines:
        if running and since is not None:
            runs.append(RunInterval(since, row.at, hours_of(calendar_id)))
        running = row.kind in ("started", "resumed") or (running and row.kind == "retargeted")
        calendar_id, since = row.calendar_id or calendar_id, row.at
    return runs


_PROMISED = ("policy", "policy_version", "calendar", "target_seconds")


def _take_terms(clock: OrderDisputeSLA, terms: Terms) -> None:
    clock.policy_id, clock.policy_version, clock.calendar_id = terms.policy_id, terms.policy_version, terms.calendar_id
    clock.target_seconds = terms.target // timedelta(seconds=1)


def _aim(clock: OrderDisputeSLA, course: ClockProgress, terms: Terms) -> None:
    """Due and next threshold as they follow from how far the clock has come."""
    clock.due_at = course.instant(terms.target)
    clock.stage = stage(terms.steps, clock.reached)
    clock.next_fire_at = next_threshold(clock, course, terms)


def _store(clock: OrderDisputeSLA, *fields: str) -> None:
    columns: list[Any] = [OrderDisputeSLA._meta.get_field(name) for name in fields]
    _stored(fields)(pk=clock.pk, **{column.name: getattr(clock, column.attname) for column in columns})


@cache
def _stored(fields: tuple[str, ...]) -> PreparedUpdate:
    """The statement that writes these fields of an open clock."""
    slots = {name: Parameter(name, OrderDisputeSLA._meta.get_field(name)) for name in fields}
    return PreparedUpdate(lambda: OrderDisputeSLA.objects.filter(pk=Parameter("pk"), is_open=True), **slots)
