"""What another policy makes of a clock: its target and progress from here on. Reads only.

Time served counts, but a change never makes a clock due at once: a share of the new target is left from the moment of
the change (`minimum_left_percent` of the policy). Setting the change back within ten minutes restores the clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from django.db.models import QuerySet

from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.core.time import NEVER
from support_management.sla.clock import terms as policy_terms
from support_management.sla.clock.arithmetic import ClockProgress, RunInterval, WorkingHours
from support_management.sla.clock.runs import CHANGES, TERMS, finished_runs, left_since, runs_of
from support_management.sla.clock.terms import Terms
from support_management.sla.models import OrderDisputeSLA, SLAEvent

State = OrderDisputeSLA.State
SET_BACK = timedelta(minutes=10)
"""How long a change can be set back; no change makes a clock due before this time has passed."""
SECOND = timedelta(seconds=1)
_LATEST = 4
"""As many changes of terms are read at first; one that is set back is among them."""


def _terms_of_clock(clock: int | Parameter) -> QuerySet:
    """The events that changed the terms of a clock, the newest first."""
    return (
        SLAEvent.objects.filter(clock=clock, kind__in=(*TERMS, "cancelled"))
        .order_by("-id")
        .values_list("kind", "at", "cause", "policy_id", "policy_version", "calendar_id", "target_seconds", named=True)
    )


_latest_terms: PreparedSelect = PreparedSelect(lambda: _terms_of_clock(Parameter("clock"))[:_LATEST])


@dataclass(frozen=True, slots=True)
class Retarget:
    """New terms of a clock and its progress under them. `restored`: it is as if the changes since had not happened."""

    terms: Terms
    progress: ClockProgress
    restored: bool = False

    @property
    def due_at(self) -> datetime:
        """When the clock falls due; for a paused clock as if it ran on from the pause."""
        return self.progress.instant(self.terms.target)


def plan(clock: OrderDisputeSLA, hours: WorkingHours, terms: Terms, *, at: datetime) -> Retarget:
    """The effect of `terms` on a running or paused clock at an instant, not before its latest change.

    `hours`: its calendar so far. Under the same version of the policy (an extension, another calendar) the target is
    as given.
    """
    if terms.policy_id != clock.policy_id:
        restored = restore(clock, terms.policy_id, at=at, current=terms)
        if restored is not None:
            return restored
    progress = _progress(clock, hours, terms, at=at)
    same_version = (terms.policy_id, terms.policy_version) == (clock.policy_id, clock.policy_version)
    return Retarget(terms if same_version else _with_time_left(clock, terms, progress), progress)


def restore(clock: OrderDisputeSLA, policy_id: int, *, at: datetime, current: Terms | None = None) -> Retarget | None:
    """The clock under the policy that it left at most `SET_BACK` ago. None if there is none.

    Also for a clock that was cancelled because the policy that took over had no target for it. `current`: the terms
    of the policy now, if known.
    """
    if clock.completed_at is None and not _retargeted_lately(clock, at):
        return None
    stretch = left_since(_newest_terms(clock), policy_id, at - SET_BACK)
    if stretch is None:
        return None
    terms = policy_terms.of_stretch(stretch, clock.metric, current)
    if clock.completed_at is None and stretch.calendars == {clock.calendar_id}:
        progress = _from_row(clock, terms.hours, terms, at=at)
        if progress is not None:
            return Retarget(terms, progress, restored=True)
    here = SLAEvent(kind="restored", at=at, policy_id=policy_id, calendar_id=stretch.calendar_id)
    runs = finished_runs([*SLAEvent.objects.filter(clock=clock, kind__in=CHANGES).order_by("id"), here])
    return Retarget(terms, ClockProgress.after(runs, _since(clock, at), terms.hours), restored=True)


def _retargeted_lately(clock: OrderDisputeSLA, at: datetime) -> bool:
    """Whether its policy can have changed within `SET_BACK`, from the row: a running clock has run since then."""
    return clock.retargets > 0 and (clock.paused_at is not None or clock.since >= at - SET_BACK)


def _newest_terms(clock: OrderDisputeSLA) -> Iterator[SLAEvent]:
    """The same, a few at first: a longer history is read only where it is needed."""
    latest = _latest_terms(clock=clock.pk)
    yield from latest
    if len(latest) == _LATEST:
        yield from _terms_of_clock(clock.pk)[_LATEST:]


def _progress(clock: OrderDisputeSLA, hours: WorkingHours, terms: Terms, *, at: datetime) -> ClockProgress:
    """Progress under the new terms. Reads the history only when a threshold already lies in the past."""
    progress = _from_row(clock, hours, terms, at=at)
    if progress is not None:
        return progress
    until = _since(clock, at)
    current_run = [] if clock.state == State.PAUSED else [RunInterval(clock.since, until, hours)]
    return ClockProgress.after([*runs_of(clock), *current_run], until, terms.hours)


def _from_row(clock: OrderDisputeSLA, hours: WorkingHours, terms: Terms, *, at: datetime) -> ClockProgress | None:
    """Progress under the new terms from what the row says was served. None when a threshold lies in the past."""
    until = _since(clock, at)
    served = policy_terms.progress_of(clock, hours).served_by(until)
    return ClockProgress(until, terms.hours, served) if terms.thresholds[0].mark > served else None


def _since(clock: OrderDisputeSLA, at: datetime) -> datetime:
    """From when on the clock runs under the new terms: from the pause on when it is paused."""
    return clock.since if clock.paused_at is not None else at


def _with_time_left(clock: OrderDisputeSLA, terms: Terms, progress: ClockProgress) -> Terms:
    """The terms, lengthened when they would make the clock due sooner than the policy allows after a change.

    What would be due at once gets the new target from here on, but beyond its earlier deadline only that share.
    """
    left, since = terms.target - progress.served, progress.since
    spent, runs = left <= timedelta(0), clock.paused_at is None
    if runs and not spent and terms.hours.add(since, left) >= clock.due_at:
        return terms
    least = max(terms.target * terms.minimum_left_percent / 100, SET_BACK)
    granted = max(_left_before(clock, terms, since) if spent else left, least)
    if granted == left:
        return terms
    return replace(terms, target=ceil((progress.served + granted) / SECOND) * SECOND)


def _left_before(clock: OrderDisputeSLA, terms: Terms, since: datetime) -> timedelta:
    """Open time until the deadline so far, on the new calendar, at most the new target. Paused: all of it."""
    limit = terms.hours.add(since, terms.target)
    if clock.paused_at is not None or clock.due_at >= limit or limit >= NEVER:
        return terms.target
    return terms.hours.between(since, max(since, clock.due_at))
