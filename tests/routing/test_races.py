"""Routing, agents and leads at the same work at the same moment."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from support_management.core.errors import DeskError
from support_management.people.models import SupportWorkloadTracker, User
from support_management.routing.dispatch import auto_assign, backlog_sweep, next_ticket
from support_management.routing.models import AssignmentDecision, ReassignmentLog
from support_management.tickets import ownership, triage
from support_management.tickets.models import Ticket
from tests import cast
from tests.concurrency import at_once, errors
from tests.factories import make_agent, make_tickets
from tests.invariants import assert_desk_is_right
from tests.routing.builders import queue, room

pytestmark = pytest.mark.django_db(transaction=True)
TICKETS, CAPACITY = 40, 6


@pytest.fixture(autouse=True)
def _nothing_seen(monkeypatch):
    monkeypatch.setattr(backlog_sweep, "_last_empty_pass", None)


def test_eight_at_the_same_forty_tickets_never_make_two_owners_or_too_much():
    queue("general")
    agents = [make_agent(f"racer-{at}", capacity=CAPACITY) for at in range(4)]
    lea = cast.lea_who_leads()
    room(lea, 0)
    keys = [row.pk for row in make_tickets(TICKETS)]
    results = at_once(
        *(partial(over, keys[at * 7 :] + keys[: at * 7], auto_assign.route_ticket) for at in range(2)),
        *(partial(over, keys[at * 11 :], partial(claim, agents[at].pk)) for at in range(2)),
        partial(over, keys[::3], partial(resolve, lea.pk)),
        partial(over, keys[::5], partial(give, agents[3].pk)),
        partial(over, range(8), partial(take, agents[2].pk)),
        partial(over, range(6), lambda _: backlog_sweep.drain()),
    )
    assert errors(results) == []
    over(range(20), lambda _: backlog_sweep.drain())
    loads = dict(SupportWorkloadTracker.objects.values_list("user", "load"))
    assert max(loads.values()) <= CAPACITY
    for row in Ticket.objects.all():
        _history_is_one_line(row)
    free = Ticket.objects.filter(assignee=None, is_open=True).exists()
    assert not free or min(loads[agent.pk] for agent in agents) == CAPACITY, "nobody has room for what waits"
    assert_desk_is_right()


def _history_is_one_line(row: Ticket) -> None:
    """Each took it from who had it, and each who got it was decided on."""
    hands = list(ReassignmentLog.objects.filter(ticket=row).order_by("id").values_list("from_agent", "to_agent"))
    owners = [None, *(to for _, to in hands)]
    assert [had for had, _ in hands] == owners[:-1]
    assert owners[-1] == row.assignee_id
    chosen = AssignmentDecision.objects.filter(ticket=row, outcome="assigned").order_by("id")
    assert list(chosen.values_list("chosen", flat=True)) == owners[1:]


def over(keys, do: Callable) -> None:
    """To each, and a refusal is an answer."""
    for key in keys:
        with suppress(DeskError):
            do(key)


def claim(agent: int, ticket: int) -> None:
    ownership.claim(ticket=ticket, by=User.objects.get(pk=agent))


def resolve(lead: int, ticket: int) -> None:
    triage.set_status(ticket=ticket, status="resolved", by=User.objects.get(pk=lead))


def give(agent: int, ticket: int) -> None:
    to = User.objects.get(pk=agent)
    ownership.assign(ticket=ticket, to=to, by=cast.lea_who_leads(), within_capacity=True)


def take(agent: int, _: int) -> None:
    next_ticket.take_next(by=User.objects.get(pk=agent))
