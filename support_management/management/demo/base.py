"""The demo that everybody sees: one transaction on an empty database."""

from datetime import datetime
from random import Random

from django.db import transaction

from support_management.events.bus import publish
from support_management.events.catalogue import RecordsChanged
from support_management.events.suppression import quietly
from support_management.management.demo import desk as desks
from support_management.management.demo import (
    dispute_rows,
    order_clocks,
    orders_plan,
    people,
    settle,
    ticket_rows,
    tickets_plan,
)
from support_management.management.demo.batch import Batch, write
from support_management.management.demo.cast import CLIENTS, WRITERS
from support_management.management.demo.desk import Desk
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.people.roles import Role
from support_management.tickets.models import Tag, Ticket, TicketType

ORDERS = 150
KINDS = ("website", "user", "order", "ticket", "dispute")


def is_empty() -> bool:
    """Nobody is here yet and nothing was asked."""
    return not User.objects.exists() and not Ticket.objects.exists()


@transaction.atomic
def load(*, seed: int, password: str, moment: datetime) -> None:
    """People, orders, disputes and the first tickets, all or nothing."""
    with quietly():
        people.make_staff(password, moment)
        for word in desks.tag_words(TicketType.objects.values_list("slug", flat=True)):
            Tag.objects.create(name=word)
    desk = desks.read(seed, moment)
    batch = build(desk)
    write(batch)
    settle.lifetime_totals(desk)
    for kind in KINDS:
        publish(RecordsChanged(kind=kind))


def build(desk: Desk) -> Batch:
    """Everything the base holds, unsaved."""
    batch = Batch()
    chance = Random(f"{desk.seed}:orders")
    clients = people.parties(desk.seed, CLIENTS, Role.CLIENT, desk.moment)
    writers = people.parties(desk.seed, WRITERS, Role.WRITER, desk.moment)
    batch.people = clients + writers
    for number in range(ORDERS):
        batch.orders.append(_order(desk, number, clients, writers, chance))
    disputed = batch.orders[: len(dispute_rows.OPEN) + len(dispute_rows.DONE)]
    dispute_rows.add(batch, desk, disputed)
    cases = {row.order.reference: row for row in batch.disputes}
    for index in range(tickets_plan.BASE):
        plan = tickets_plan.plan(desk.seed, index)
        order = _order_for(plan, desk, batch, chance)
        requester = order.client if order else chance.choice(clients)
        dispute = cases.get(order.reference) if order and plan.type == "dispute" else None
        ticket_rows.add(batch, desk, plan, requester=requester, order=order, dispute=dispute)
    order_clocks.add(batch, desk)
    return batch


def _order(desk: Desk, number: int, clients: list[User], writers: list[User], chance: Random) -> Order:
    status = (
        "in_progress" if number < 30 else chance.choice((*orders_plan.ALIVE, *orders_plan.ENDED, "pending_payment"))
    )
    return orders_plan.order(
        desk,
        number=number,
        site=number % 3,
        client=chance.choice(clients),
        writer=chance.choice(writers),
        status=status,
        chance=chance,
    )


def _order_for(plan: tickets_plan.Plan, desk: Desk, batch: Batch, chance: Random) -> Order | None:
    """An order of the ticket's site that fits what the ticket is about."""
    if plan.type not in ticket_rows.NEEDS_ORDER and chance.random() < 0.6:
        return None
    orders = [order for order in batch.orders if order.website == desk.sites[plan.site]]
    if plan.type == "dispute":
        fitting = {
            dispute.order.reference for dispute in batch.disputes if (dispute.resolved_at is None) == plan.is_open
        }
        orders = [order for order in orders if order.reference in fitting]
    elif plan.type == "order":
        orders = [order for order in orders if order.status in orders_plan.ALIVE] or orders
    return chance.choice(orders)
