"""When routing looks: what a change asks of it happens right after its commit, and never fails or undoes it.

The switchboard calls these at the close of a change, so that many events of one change ask once. Whatever is missed,
because a process died in between, the sweep finds within seconds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.db import transaction

from support_management.core import request_context
from support_management.routing.dispatch import auto_assign, backlog_sweep, reassign_absent, restore_returned
from support_management.routing.models import AssignmentDecision

Trigger = AssignmentDecision.Trigger
_at_work: ContextVar[bool] = ContextVar("at_work", default=False)


def arrived(*ticket_ids: int) -> None:
    """These tickets may wait in an automatic queue now."""
    _after_commit(lambda: [auto_assign.route_ticket(pk) for pk in ticket_ids])


def opened(*dispute_ids: int) -> None:
    """These disputes may wait for an owner now."""
    _after_commit(lambda: [auto_assign.route_dispute(pk) for pk in dispute_ids])


def freed(*agent_ids: int) -> None:
    """These agents carry less than before."""
    _after_commit(lambda: backlog_sweep.drain(Trigger.FREED, agent_ids))


def came(*agent_ids: int) -> None:
    """Rules may give these agents work again: first what was theirs a moment ago, then what waits."""
    _after_commit(lambda: _welcome(agent_ids))


def sweep() -> int:
    """Everything that waits. How much found an owner."""
    with _working():
        return backlog_sweep.drain()


def move_on() -> int:
    """Work of who cannot go on with it. How much changed hands."""
    with _working():
        return reassign_absent.move_work_of_absent()


def _welcome(agent_ids: tuple[int, ...]) -> None:
    for pk in agent_ids:
        restore_returned.give_back(pk)
    backlog_sweep.drain(Trigger.AVAILABLE, agent_ids)


def _after_commit(look: Callable) -> None:
    if not _at_work.get():  # what routing does itself, it follows itself
        transaction.on_commit(partial(_look, look), robust=True)


def _look(look: Callable) -> None:
    with _working():
        look()


@contextmanager
def _working() -> Iterator[None]:
    token = _at_work.set(True)
    try:
        with request_context.as_system():
            yield
    finally:
        _at_work.reset(token)
