"""Rules act: each action in a short transaction of its own, exactly once whoever dies in between."""

import logging
import time
from datetime import timedelta

from django.db import transaction
from django.db.models import F

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
State = EscalationRun.State


def run_waiting(*, seconds: float = RUN_SECONDS) -> int:
    """Carry out what waits, oldest first, for so long. How many are done. One that fails keeps none of the others."""
    limit, done = time.monotonic() + seconds, 0
    while (pk := _next()) is not None:
        done += _run(pk)
        if time.monotonic() >= limit:
            break
    return done


def _next() -> int | None:
    waiting = EscalationRun.objects.filter(state=State.WAITING, next_try_at__lte=now())
    return waiting.order_by("next_try_at", "id").values_list("pk", flat=True).first()


def _run(pk: int) -> bool:
    try:
        run = EscalationRun.objects.select_related("rule").get(pk=pk)
        for action in actions.wanted(run.rule):
            _act(pk, action)
        return _finish(pk)
    except EscalationRun.DoesNotExist:
        return False  # the rule or the work went meanwhile
    except Exception as trouble:  # whatever it was, the other rules go on and this one is tried again
        log.exception("escalation run %s failed", pk)
        _try_later(pk, trouble)
        return False


def _act(pk: int, action: str) -> None:
    """The action and the note that it was taken, together or not at all."""
    with unit_of_work():
        run = _held(pk)
        if run is None or action in run.done:
            return
        try:
            with transaction.atomic():
                words = actions.take(action, run)
        except DeskError as refusal:
            words = f"{action} failed: {refusal.text}"
        EscalationRun.objects.filter(pk=pk).update(done={**run.done, action: words})


def _finish(pk: int) -> bool:
    """The run becomes a line of the clock's history."""
    with unit_of_work():
        run = _held(pk)
        if run is None:
            return False
        EscalationRun.objects.filter(pk=pk).update(state=State.DONE, done_at=now())
        _tell(run, _said(run))
        return True


def _said(run: EscalationRun, *more: str) -> str:
    """How the actions went, in the order in which they were taken: a database need not keep it."""
    return "; ".join([run.done[action] for action in actions.ORDER if action in run.done] + list(more))


def _tell(run: EscalationRun, words: str) -> None:
    clock = run.clock
    history.note(clock, "escalated", at=run.due_at, cause=f"{run.rule.name}: {words}")
    publish(ClockEscalated(**event_fields(clock, owner_of(clock))))


def _held(pk: int) -> EscalationRun | None:
    """The run, ours until the transaction ends; None when another was first."""
    rows = EscalationRun.objects.select_for_update(of=("self",)).select_related("rule", "clock")
    return rows.filter(pk=pk, state=State.WAITING).first()


def _try_later(pk: int, trouble: Exception) -> None:
    """Five seconds, doubled each time; given up after six times, and the history says so."""
    with unit_of_work():
        run = _held(pk)
        if run is None:
            return
        wait = FIRST_WAIT * 2**run.attempts
        last = run.attempts + 1 >= MOST_ATTEMPTS
        state = State.FAILED if last else State.WAITING
        facts = {"attempts": F("attempts") + 1, "next_try_at": now() + wait, "state": state}
        EscalationRun.objects.filter(pk=pk).update(**facts)
        if last:
            _tell(run, _said(run, f"failed: {shown(str(trouble), 120)}"))
