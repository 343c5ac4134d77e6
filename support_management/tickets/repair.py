"""Repair of derived fields of tickets after writes without a capability."""

from django.db.models import F, Q

from support_management.core import request_context
from support_management.core.time import now
from support_management.tickets.editing import units_of
from support_management.tickets.models import Ticket, TicketMessage
from support_management.tickets.status import IS_OPEN


def repair_row(ticket_id: int) -> Ticket | None:
    """Repair load units and resolution time; returns the repaired row, None when it was deleted."""
    row = Ticket.objects.select_related("type").filter(pk=ticket_id).first()
    if row is not None:
        _repair(row)
    return row


def repair_all(**filters) -> None:
    """`repair_row` for all tickets that match `filters`. Only wrong rows are written."""
    Ticket.objects.filter(assignee__isnull=True, **filters).exclude(units=0).update(units=0)
    reopened = Ticket.objects.filter(is_open=True, resolved_at__isnull=False, **filters)
    reopened.update(resolved_at=None, resolved_by=None)
    for row in Ticket.objects.filter(is_open=True, assignee__isnull=False, **filters).select_related("type").iterator():
        _repair(row)
    for row in Ticket.objects.filter(is_open=False, **filters).exclude(units=0).select_related("type"):
        _repair(row)
    resolved = Ticket.objects.filter(is_open=False, resolved_at__isnull=True, **filters)
    resolved.update(resolved_at=now(), resolved_by=F("assignee"))


def with_wrong_units() -> list[int]:
    """Ids of tickets whose stored units are not those that they count for their owner. Reads only."""
    counted = Ticket.objects.filter(Q(is_open=True, assignee__isnull=False) | ~Q(units=0)).select_related("type")
    return [row.pk for row in counted.order_by("pk").iterator() if row.units != units_of(row)]


def record_first_reply(message_id: int) -> int | None:
    """Set the ticket's first reply time if this message is its first public reply; returns the ticket's id."""
    message = TicketMessage.objects.filter(pk=message_id).first()
    if message is None:
        return None
    if message.kind == TicketMessage.Kind.REPLY:
        unanswered = Ticket.objects.filter(pk=message.ticket_id, first_replied_at__isnull=True, opened_by_desk=False)
        unanswered.update(first_replied_at=message.created_at, first_replied_by=message.author_id)
    return message.ticket_id


def _repair(row: Ticket) -> None:
    changes: dict = {}
    if row.units != units_of(row):
        changes["units"] = units_of(row)
    if row.status in IS_OPEN and row.resolved_at is not None:
        changes |= {"resolved_at": None, "resolved_by_id": None}
    if row.status not in IS_OPEN and row.resolved_at is None:
        changes |= {"resolved_at": now(), "resolved_by_id": request_context.current().user_id or row.assignee_id}
    if changes:
        Ticket.objects.filter(pk=row.pk).update(**changes)
        for name, value in changes.items():
            setattr(row, name, value)
