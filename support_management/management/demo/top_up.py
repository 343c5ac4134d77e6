"""More tickets while the product is running: first open work, then history, in short transactions."""

import time
from collections.abc import Iterator
from datetime import datetime
from random import Random

from django.db import connection, transaction

from support_management.analytics import dashboards
from support_management.events.bus import publish
from support_management.events.catalogue import DashboardRefreshed, RecordsChanged
from support_management.events.suppression import quietly
from support_management.management.demo.demo_context import DemoContext, read_context
from support_management.management.demo.orders import money_rows, order_rows
from support_management.management.demo.people import users
from support_management.management.demo.row_batch import RowBatch, write
from support_management.management.demo.tickets import ticket_plan, ticket_rows
from support_management.people.models import User
from support_management.people.roles import Role
from support_management.tickets.models import Ticket

BATCH_SIZE = 200
"""Tickets per transaction, which holds the write lock for some tens of milliseconds."""
PAUSE_SECONDS = 0.02
"""Between two transactions, beside the time that building the next one takes, so that others get the lock of SQLite."""


def target(tickets: int) -> int:
    """The number to reach. From 2,000 on all of the open work is included, so a larger demo has the same."""
    return max(tickets, ticket_plan.FIRST_HISTORY) if tickets >= ticket_plan.OPEN_IN_ALL else tickets


def top_up(*, tickets: int, seed: int, moment: datetime) -> Iterator[int]:
    """Add tickets up to this number; yields the number reached after each transaction."""
    context = read_context(seed, moment)
    writers = list(User.objects.filter(role=Role.WRITER, username__contains=".w").order_by("pk")[:24])
    count = Ticket.objects.count()
    while count < target(tickets):
        end = min(count + BATCH_SIZE - count % BATCH_SIZE, target(tickets), _end_of_part(count))
        batch = build(context, range(count, end), writers)
        with transaction.atomic():
            write(batch)
            _publish(batch)
        count = end
        yield count
        if connection.vendor == "sqlite":
            time.sleep(PAUSE_SECONDS)


def _end_of_part(count: int) -> int:
    """Where open work ends and history begins: a batch holds one of them."""
    first = ticket_plan.FIRST_HISTORY
    return first if count < first else count + BATCH_SIZE


def build(context: DemoContext, indices: range, writers: list[User]) -> RowBatch:
    """The rows of these tickets, with clients and orders of their own."""
    batch = RowBatch()
    rng = Random(f"{context.seed}:batch:{indices.start}")
    batch.people = users.parties(context.seed, len(indices) // 5 + 1, Role.CLIENT, context.moment, start=indices.start)
    for index in indices:
        plan = ticket_plan.plan(context.seed, index)
        client = rng.choice(batch.people)
        order = None
        if plan.type in ticket_rows.NEEDS_ORDER:
            status = rng.choice(order_rows.ALIVE if plan.is_open else order_rows.ENDED)
            order = order_rows.order(
                context,
                number=index,
                site=plan.site,
                client=client,
                writer=rng.choice(writers),
                status=status,
                rng=rng,
            )
            batch.orders.append(order)
        ticket_rows.add(batch, context, plan, requester=client, order=order, dispute=None)
    money_rows.add(batch, context)
    return batch


def _publish(batch: RowBatch) -> None:
    """Open work changes the boards; history changes the figures of those who resolved it only."""
    if any(row.resolved_at is None for row in batch.tickets):
        publish(RecordsChanged(kind="ticket", fields=("created",)))
        return
    with quietly():
        for agent_id in sorted({row.resolved_by_id for row in batch.tickets if row.resolved_by_id}):
            dashboards.refresh(agent_id)
            publish(DashboardRefreshed(agent_id=agent_id))
