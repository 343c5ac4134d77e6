"""More tickets beside the running product: first open work, then history, in short transactions."""

import time
from collections.abc import Iterator
from datetime import datetime
from random import Random

from django.db import connection, transaction

from support_management.analytics import dashboards
from support_management.events.bus import publish
from support_management.events.catalogue import DashboardRefreshed, RecordsChanged
from support_management.events.suppression import quietly
from support_management.management.demo import desk as desks
from support_management.management.demo import orders_plan, people, ticket_rows, tickets_plan
from support_management.management.demo.batch import Batch, write
from support_management.management.demo.desk import Desk
from support_management.people import load
from support_management.people.models import User
from support_management.people.roles import Role
from support_management.tickets.models import Ticket

SIZE = 100
"""Tickets per transaction: some tens of milliseconds of the write lock."""
BREATH = 0.05
"""Seconds between two transactions, in which others who wait for SQLite's one write lock come in."""


def target(tickets: int) -> int:
    """Up to this number. Once 2,000 are asked for, all of the open work is there, so that it never changes again."""
    return max(tickets, tickets_plan.FIRST_HISTORY) if tickets >= tickets_plan.OPEN_IN_ALL else tickets


def top_up(*, tickets: int, seed: int, moment: datetime) -> Iterator[int]:
    """Add until there are so many; yields the number reached after each transaction."""
    desk = desks.read(seed, moment)
    writers = list(User.objects.filter(role=Role.WRITER, username__contains=".w").order_by("pk")[:24])
    have = Ticket.objects.count()
    while have < target(tickets):
        end = min(have + SIZE - have % SIZE, target(tickets), _border(have))
        batch = build(desk, range(have, end), writers)
        with transaction.atomic():
            write(batch)
            _tell(batch)
        have = end
        yield have
        if connection.vendor == "sqlite":
            time.sleep(BREATH)


def _border(have: int) -> int:
    """A batch holds open work or history, not both."""
    first = tickets_plan.FIRST_HISTORY
    return first if have < first else have + SIZE


def build(desk: Desk, indices: range, writers: list[User]) -> Batch:
    """The rows of these tickets, their own clients and orders with them."""
    batch = Batch()
    chance = Random(f"{desk.seed}:batch:{indices.start}")
    batch.people = people.parties(desk.seed, len(indices) // 5 + 1, Role.CLIENT, desk.moment, start=indices.start)
    for index in indices:
        plan = tickets_plan.plan(desk.seed, index)
        client = chance.choice(batch.people)
        order = None
        if plan.type in ticket_rows.NEEDS_ORDER:
            status = chance.choice(orders_plan.ALIVE if plan.is_open else orders_plan.ENDED)
            order = orders_plan.order(
                desk,
                number=index,
                site=plan.site,
                client=client,
                writer=chance.choice(writers),
                status=status,
                chance=chance,
            )
            batch.orders.append(order)
        ticket_rows.add(batch, desk, plan, requester=client, order=order, dispute=None)
    return batch


def _tell(batch: Batch) -> None:
    """Open work is seen on every board; of history only the figures of whose it was change."""
    if any(row.resolved_at is None for row in batch.tickets):
        publish(RecordsChanged(kind="ticket"))
        return
    owners = [row.assignee_id for row in batch.tickets if row.assignee_id]
    with quietly():
        for agent_id in sorted(set(owners)):
            load.note_activity(agent_id=agent_id, tickets_handled=owners.count(agent_id))
            dashboards.refresh(agent_id)
            publish(DashboardRefreshed(agent_id=agent_id))
