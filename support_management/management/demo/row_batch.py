"""Rows that are built without the database and written together in one short transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models, transaction

from support_management.disputes.models import Dispute, DisputeResolutionLog
from support_management.events.suppression import quietly
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.routing.models import ReassignmentLog
from support_management.sla.models import OrderDisputeSLA, SLAEvent
from support_management.tickets.models import Tag, Ticket, TicketMessage, TicketParticipation


@dataclass(slots=True)
class RowBatch:
    """Unsaved rows, which refer to each other as objects."""

    people: list[User] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    messages: list[TicketMessage] = field(default_factory=list)
    tagged: list[tuple[Ticket, Tag]] = field(default_factory=list)
    clocks: list[OrderDisputeSLA] = field(default_factory=list)
    history: list[SLAEvent] = field(default_factory=list)
    decisions: list[DisputeResolutionLog] = field(default_factory=list)
    participations: list[TicketParticipation] = field(default_factory=list)
    assignments: list[tuple[ReassignmentLog, object]] = field(default_factory=list)


def write(batch: RowBatch) -> None:
    """Write all rows or none. Publishes no event: the caller publishes one for all of them."""
    work: list[Order | Dispute] = [*batch.orders, *batch.disputes]
    for row in work:
        row.public_updated_at = row.updated_at
    with transaction.atomic(), quietly():
        _insert(User, batch.people)
        _insert(Order, batch.orders)
        _insert(Dispute, batch.disputes)
        _insert(Ticket, batch.tickets)
        _insert(TicketMessage, batch.messages)
        through = Ticket.tags.through
        _insert(through, [through(ticket_id=ticket.pk, tag_id=tag.pk) for ticket, tag in batch.tagged])
        _insert(OrderDisputeSLA, batch.clocks)
        _insert(SLAEvent, batch.history)
        _insert(DisputeResolutionLog, batch.decisions)
        _insert(TicketParticipation, batch.participations)
        _insert_assignments(batch.assignments)


def _insert(model: type[models.Model], rows: Iterable) -> None:
    rows = list(rows)
    if rows:
        model._default_manager.bulk_create(rows)


def _insert_assignments(assignments: list) -> None:
    """The log sets the current time on insert. Assignments of the demo lie in the past: their times are set after it.

    They are inserted in the order of their times, as in a log that has grown.
    """
    assignments = sorted(assignments, key=lambda pair: pair[1])
    rows = [row for row, _ in assignments]
    _insert(ReassignmentLog, rows)
    for row, at in assignments:
        row.at = at
    if rows:
        models.QuerySet(ReassignmentLog).bulk_update(rows, ["at"], batch_size=300)
