"""The demo as it is first loaded: one transaction on an empty database."""

from datetime import datetime
from random import Random

from django.db import transaction

from support_management.events.bus import publish
from support_management.events.catalogue import RecordsChanged
from support_management.events.suppression import quietly
from support_management.management.demo import workload_totals
from support_management.management.demo.demo_context import DemoContext, read_context, tag_words
from support_management.management.demo.orders import (
    dispute_rows,
    money_rows,
    order_clocks,
    order_rows,
    payment_issue_rows,
)
from support_management.management.demo.people import users
from support_management.management.demo.people.staff import CLIENTS, WRITERS
from support_management.management.demo.row_batch import RowBatch, write
from support_management.management.demo.tickets import ticket_plan, ticket_rows
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.people.roles import Role
from support_management.tickets.models import Tag, Ticket, TicketType

ORDERS = 150
KINDS = ("website", "user", "order", "ticket", "dispute", "paymentissuelog")


def is_empty() -> bool:
    """Whether there is neither a user nor a ticket."""
    return not User.objects.exists() and not Ticket.objects.exists()


def load(*, seed: int, password: str, moment: datetime) -> None:
    """People, orders, disputes and the first tickets, in one transaction. `moment`: when the loading begins."""
    with transaction.atomic():
        with quietly():
            users.make_staff(password, moment)
            for word in tag_words(TicketType.objects.values_list("slug", flat=True)):
                Tag.objects.create(name=word)
        context = read_context(seed, moment)
        batch = build(context)
        write(batch)
        workload_totals.lifetime_totals(context)
        for kind in KINDS:
            publish(RecordsChanged(kind=kind, fields=("created",)))


def build(context: DemoContext) -> RowBatch:
    """All rows of the first load, unsaved."""
    batch = RowBatch()
    rng = Random(f"{context.seed}:orders")
    clients = users.parties(context.seed, CLIENTS, Role.CLIENT, context.moment)
    writers = users.parties(context.seed, WRITERS, Role.WRITER, context.moment)
    batch.people = clients + writers
    for number in range(ORDERS):
        batch.orders.append(_order(context, number, clients, writers, rng))
    disputed = batch.orders[: len(dispute_rows.OPEN) + len(dispute_rows.DONE)]
    dispute_rows.add(batch, context, disputed)
    money_rows.add(batch, context)
    disputes = {row.order.reference: row for row in batch.disputes}
    for index in range(ticket_plan.BASE):
        plan = ticket_plan.plan(context.seed, index)
        order = _order_for(plan, context, batch, rng)
        requester = order.client if order else rng.choice(clients)
        dispute = disputes.get(order.reference) if order and plan.type == "dispute" else None
        ticket_rows.add(batch, context, plan, requester=requester, order=order, dispute=dispute)
    order_clocks.add(batch, context)
    payment_issue_rows.add(batch, context)
    return batch


def _order(context: DemoContext, number: int, clients: list[User], writers: list[User], rng: Random) -> Order:
    status = "in_progress" if number < 30 else rng.choice((*order_rows.ALIVE, *order_rows.ENDED, "pending_payment"))
    return order_rows.order(
        context,
        number=number,
        site=number % 3,
        client=rng.choice(clients),
        writer=rng.choice(writers),
        status=status,
        rng=rng,
    )


def _order_for(plan: ticket_plan.Plan, context: DemoContext, batch: RowBatch, rng: Random) -> Order | None:
    """An order on the ticket's website that suits its type, or none."""
    if plan.type not in ticket_rows.NEEDS_ORDER and rng.random() < 0.6:
        return None
    orders = [order for order in batch.orders if order.website == context.sites[plan.site]]
    if plan.type == "dispute":
        disputed = {row.order.reference for row in batch.disputes if (row.resolved_at is None) == plan.is_open}
        orders = [order for order in orders if order.reference in disputed]
    elif plan.type == "order":
        orders = [order for order in orders if order.status in order_rows.ALIVE] or orders
    return rng.choice(orders)
