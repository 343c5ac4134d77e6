"""Runs escalation rules: each action in a short transaction of its own, exactly once even if a worker dies."""

import logging
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from support_management.core import request_context
from support_management.core.errors import DeskError
from support_management.core.text import shown
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import unit_of_work
from support_management.events.catalogue import ClockEscalated
from support_management.sla.clock import history
from support_management.sla.clock.owners import event_fields, owner_of
from support_management.sla.escalation import actions
from support_management.sla.escalation.models import EscalationRun

log = logging.getLogger(__name__)
RUN_SECONDS = 20.0
MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = FIRST_WAIT * 2 ** (MOST_ATTEMPTS - 2)
State = EscalationRun.State


def run_waiting(*, seconds: float = RUN_SECONDS) -> int:
    """Carry out waiting runs, the oldest first, for up to `seconds`. Returns how many are done.

    A failing run is retried later and does not block the others.
    """
    limit, done = time.monotonic() + seconds, 0
    while (pk := _next()) is not None:
        done += _run(pk)
        if time.monotonic() >= limit:
            break
    return done


def oldest_due() -> datetime | None:
    """Since when the oldest run that can be carried out waits; None when none waits."""
    return _due().order_by("next_try_at", "id").values_list("next_try_at", flat=True).first()


def _next() -> int | None:
    return _due().order_by("next_try_at", "id").values_list("pk", flat=True).first()


def _due() -> QuerySet[EscalationRun]:
    """Waiting runs. After the clock was set back, new ones wait for nothing, others no longer than they ever do."""
    moment = now()
    set_back = Q(attempts=0) | Q(next_try_at__gt=moment + LONGEST_WAIT)
    return EscalationRun.objects.filter(Q(next_try_at__lte=moment) | set_back, state=State.WAITING)


def _run(pk: int) -> bool:
    try:
        run = EscalationRun.objects.select_related("rule").get(pk=pk)
        with request_context.because_of(f"escalation rule {run.rule_id}"):
            for action in actions.wanted(run.rule):
                _act(pk, action)
            return _finish(pk)
    except EscalationRun.DoesNotExist:
        return False  # the rule or the work has been deleted meanwhile
    except Exception as error:  # any failure: the other runs go on and this one is retried
        log.exception("escalation run %s failed", pk)
        _retry_later(pk, error)
        return False


def _act(pk: int, action: str) -> None:
    """Take the action and store its outcome, both or neither."""
    with unit_of_work():
        run = _locked(pk)
        if run is None or action in run.done:
            return
        try:
            with transaction.atomic():
                outcome = actions.take(action, run)
        except DeskError as refusal:
            outcome = f"{action} failed: {refusal.text}"
        EscalationRun.objects.filter(pk=pk).update(done={**run.done, action: outcome})


def _finish(pk: int) -> bool:
    """Mark the run as done and add it to the clock's history."""
    with unit_of_work():
        run = _locked(pk)
        if run is None:
            return False
        EscalationRun.objects.filter(pk=pk).update(state=State.DONE, done_at=now())
        _record(run, _outcomes(run))
        return True


def _outcomes(run: EscalationRun, *more: str) -> str:
    """The outcomes in the order of the actions: a database may reorder the keys of `done`."""
    return "; ".join([run.done[action] for action in actions.ORDER if action in run.done] + list(more))


def _record(run: EscalationRun, outcomes: str) -> None:
    clock = run.clock
    history.record(clock, "escalated", at=run.due_at, cause=f"{run.rule.name}: {outcomes}")
    publish(ClockEscalated(**event_fields(clock, owner_of(clock))))


def _locked(pk: int) -> EscalationRun | None:
    """The run, locked until the transaction ends; None when another process has finished it."""
    rows = EscalationRun.objects.select_for_update(of=("self",)).select_related("rule", "clock")
    return rows.filter(pk=pk, state=State.WAITING).first()


def _retry_later(pk: int, error: Exception) -> None:
    """Retry after five seconds, doubled each time; after six attempts the run has failed and the history says so."""
    with unit_of_work():
        run = _locked(pk)
        if run is None:
            return
        wait = FIRST_WAIT * 2**run.attempts
        last = run.attempts + 1 >= MOST_ATTEMPTS
        state = State.FAILED if last else State.WAITING
        values = {"attempts": F("attempts") + 1, "next_try_at": now() + wait, "state": state}
        EscalationRun.objects.filter(pk=pk).update(**values)
        if last:
            _record(run, _outcomes(run, f"failed: {shown(str(error), 120)}"))
