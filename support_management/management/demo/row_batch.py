"""Rows that are built without the database and written together in one short transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import NamedTuple

from django.db import models, transaction

from support_management.core.bulk import insert_all, insert_unsaved
from support_management.disputes.models import Dispute, DisputeResolutionLog
from support_management.events.suppression import quietly
from support_management.management.demo.orders import order_actions
from support_management.order_management.models import SupportOrderManagement
from support_management.orders.models import Order
from support_management.orders.money.models import MoneyEffect
from support_management.payment_issues.models import PaymentIssueLog, PaymentIssueStep
from support_management.people.models import User
from support_management.routing.models import ReassignmentLog
from support_management.search import store
from support_management.search.kinds import DISPUTES, ORDERS, PEOPLE, TICKETS, Kind
from support_management.search.repair import ROWS
from support_management.sla.models import OrderDisputeSLA, SLAEvent
from support_management.tickets.models import Tag, Ticket, TicketMessage, TicketParticipation


class EventRow(NamedTuple):
    """A row of SLAEvent. A history of 100,000 tickets has half a million: objects of models would take minutes."""

    clock: OrderDisputeSLA
    kind: str
    at: datetime
    fired_at: datetime
    due_at: datetime
    cause: str
    actor: User | None
    threshold: str = ""
    target_seconds: int | None = None
    calendar: int | None = None
    policy: int | None = None
    policy_version: int | None = None


class MessageRow(NamedTuple):
    """A row of TicketMessage."""

    ticket: Ticket
    kind: str
    author: User | None
    body: str
    created_at: datetime


@dataclass(slots=True)
class RowBatch:
    """Unsaved rows, which refer to each other as objects."""

    people: list[User] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    messages: list[MessageRow] = field(default_factory=list)
    tagged: list[tuple[Ticket, Tag]] = field(default_factory=list)
    clocks: list[OrderDisputeSLA] = field(default_factory=list)
    history: list[EventRow] = field(default_factory=list)
    decisions: list[DisputeResolutionLog] = field(default_factory=list)
    effects: list[MoneyEffect] = field(default_factory=list)
    participations: list[TicketParticipation] = field(default_factory=list)
    order_actions: list[SupportOrderManagement] = field(default_factory=list)
    payment_issues: list[PaymentIssueLog] = field(default_factory=list)
    payment_steps: list[PaymentIssueStep] = field(default_factory=list)
    assignments: list[tuple[ReassignmentLog, datetime]] = field(default_factory=list)


def write(batch: RowBatch) -> None:
    """Write all rows or none. Publishes no event: the caller publishes one for all of them."""
    work: list[Order | Dispute] = [*batch.orders, *batch.disputes]
    for row in work:
        row.public_updated_at = row.updated_at
    with transaction.atomic(), quietly():
        User.before_bulk_create(batch.people)
        Dispute.before_bulk_create(batch.disputes)
        Ticket.before_bulk_create(batch.tickets)
        PaymentIssueLog.before_bulk_create(batch.payment_issues)
        insert_unsaved(User, batch.people)
        insert_unsaved(Order, batch.orders)
        insert_unsaved(Dispute, batch.disputes)
        insert_unsaved(Ticket, batch.tickets)
        insert_unsaved(PaymentIssueLog, batch.payment_issues)
        insert_unsaved(PaymentIssueStep, batch.payment_steps)
        insert_unsaved(OrderDisputeSLA, batch.clocks)
        _insert(TicketMessage, MessageRow, batch.messages)
        _insert(SLAEvent, EventRow, batch.history)
        tagged = [(ticket.pk, tag.pk) for ticket, tag in batch.tagged]
        insert_all(Ticket.tags.through, ("ticket", "tag"), tagged)
        insert_unsaved(DisputeResolutionLog, batch.decisions)
        insert_unsaved(MoneyEffect, batch.effects)
        insert_unsaved(TicketParticipation, batch.participations)
        order_actions.write(batch.order_actions)
        insert_unsaved(ReassignmentLog, _in_the_past(batch.assignments))
        _index(batch)


def _index(batch: RowBatch) -> None:
    work: dict[Kind, Sequence[models.Model]] = {
        TICKETS: batch.tickets,
        ORDERS: batch.orders,
        DISPUTES: batch.disputes,
        PEOPLE: batch.people,
    }
    for kind, rows in work.items():
        for some in batched((row.pk for row in rows), ROWS, strict=False):
            store.put(kind.entry, kind.documents(some))


def _insert(model: type[models.Model], kind: type[MessageRow | EventRow], rows: Sequence[tuple]) -> None:
    """What these rows do not name has its default."""
    others = [
        column
        for column in model._meta.local_concrete_fields
        if column.name not in kind._fields and not column.primary_key and not column.generated
    ]
    defaults = tuple(column.get_default() for column in others)
    names = (*kind._fields, *(column.name for column in others))
    insert_all(model, names, [_with_keys(row) + defaults for row in rows])


def _with_keys(row: tuple) -> tuple:
    return tuple(value.pk if isinstance(value, models.Model) else value for value in row)


def _in_the_past(assignments: list[tuple[ReassignmentLog, datetime]]) -> list[ReassignmentLog]:
    """The log stamps the current time on saving; these lie in the past, in the order of a log that has grown."""
    for row, at in assignments:
        row.at = at
    return sorted((row for row, _ in assignments), key=lambda row: row.at)
