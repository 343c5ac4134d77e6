"""After a write without a capability, a ticket's row says what a capability would have left on it."""

from support_management.core.time import now
from support_management.tickets.editing import units_of
from support_management.tickets.models import Ticket, TicketMessage
from support_management.tickets.status import IS_OPEN


def repair_row(ticket_id: int) -> Ticket | None:
    """Units, moments of resolving and of the first reply. The row as it is then; None when it is gone."""
    row = Ticket.objects.select_related("type").filter(pk=ticket_id).first()
    if row is not None:
        _repair(row)
    return row


def repair_all(**which) -> None:
    """The same for all open or owned work (of one queue, when asked). Only wrong rows are written."""
    Ticket.objects.filter(assignee__isnull=True, **which).exclude(units=0).update(units=0)
    Ticket.objects.filter(is_open=True, resolved_at__isnull=False, **which).update(resolved_at=None)
    for row in Ticket.objects.filter(is_open=True, assignee__isnull=False, **which).select_related("type").iterator():
        _repair(row)
    for row in Ticket.objects.filter(is_open=False, **which).exclude(units=0).select_related("type"):
        _repair(row)
    Ticket.objects.filter(is_open=False, resolved_at__isnull=True, **which).update(resolved_at=now())


def record_first_reply(message_id: int) -> int | None:
    """A message was written by hand: if it is the first public answer, the ticket remembers when. Its ticket."""
    message = TicketMessage.objects.filter(pk=message_id).first()
    if message is None:
        return None
    if message.kind == TicketMessage.Kind.REPLY:
        unanswered = Ticket.objects.filter(pk=message.ticket_id, first_replied_at__isnull=True)
        unanswered.update(first_replied_at=message.created_at)
    return message.ticket_id


def _repair(row: Ticket) -> None:
    facts: dict = {}
    if row.units != units_of(row):
        facts["units"] = units_of(row)
    if row.status in IS_OPEN and row.resolved_at is not None:
        facts["resolved_at"] = None
    if row.status not in IS_OPEN and row.resolved_at is None:
        facts["resolved_at"] = now()
    if facts:
        Ticket.objects.filter(pk=row.pk).update(**facts)
        for name, value in facts.items():
            setattr(row, name, value)
