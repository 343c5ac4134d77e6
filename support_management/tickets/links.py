"""Links from a ticket to other work."""

from support_management.core.errors import Invalid
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import TicketTriaged
from support_management.people.models import User
from support_management.tickets import editing
from support_management.tickets.models import Ticket


@capability
def to_dispute(*, ticket: int, dispute_id: int, order_id: int, number: str, by: User) -> Ticket:
    """Link the ticket to a dispute about its order.

    Invalid other_order when the ticket is about another order; NotAllowed not_yours.
    """
    row = editing.lock_visible(ticket, by=by)
    editing.require_may_change(row, by)
    if row.order_id != order_id:
        raise Invalid("other_order", "This ticket is linked to another order.", field="ticket")
    editing.store(row, dispute_id=dispute_id)
    [entry_id] = editing.add_system_entries(row, f"Dispute {number} opened", by=by)
    editing.record_participants(row, by)
    editing.audit(row, "dispute", by=by, before={}, after={"dispute": number})
    publish(
        TicketTriaged(ticket_id=row.pk, fields=("dispute",), agent_id=row.assignee_id, by_id=by.pk, message_id=entry_id)
    )
    return row
