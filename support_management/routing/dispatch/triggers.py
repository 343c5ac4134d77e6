"""Entry points of routing. Each runs right after the commit of the change that caused it, and cannot undo the change.

The signal handlers call these at the end of a change, so that several events of one change run routing once. The sweep
finds within seconds what is missed because a process died.
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
_is_routing: ContextVar[bool] = ContextVar("is_routing", default=False)


def route_tickets(*ticket_ids: int) -> None:
    """Assign these tickets if they wait in an automatic queue."""
    _after_commit(lambda: [auto_assign.route_ticket(pk) for pk in ticket_ids])


def route_disputes(*dispute_ids: int) -> None:
    """Assign these disputes if they wait for automatic assignment."""
    _after_commit(lambda: [auto_assign.route_dispute(pk) for pk in dispute_ids])


def fill_agents(*agent_ids: int) -> None:
    """Assign waiting work to these agents, whose load has dropped."""
    _after_commit(lambda: backlog_sweep.drain(Trigger.FREED, agent_ids))


def restore_and_fill(*agent_ids: int) -> None:
    """Give agents who became available their recent work back, then assign waiting work to them."""
    _after_commit(lambda: _restore_and_fill(agent_ids))


def sweep() -> int:
    """Sweep the backlog. Returns the number of assignments."""
    with _routing():
        return backlog_sweep.drain()


def reassign() -> int:
    """Reassign work of absent, suspended and overloaded agents. Returns the number of changes."""
    with _routing():
        return reassign_absent.move_work_of_absent()


def _restore_and_fill(agent_ids: tuple[int, ...]) -> None:
    for pk in agent_ids:
        restore_returned.restore_work(pk)
    backlog_sweep.drain(Trigger.AVAILABLE, agent_ids)


def _after_commit(action: Callable) -> None:
    if not _is_routing.get():  # routing handles the consequences of its own changes
        transaction.on_commit(partial(_run, action), robust=True)


def _run(action: Callable) -> None:
    with _routing():
        action()


@contextmanager
def _routing() -> Iterator[None]:
    token = _is_routing.set(True)
    try:
        with request_context.as_system():
            yield
    finally:
        _is_routing.reset(token)
