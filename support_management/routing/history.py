"""Keep every change of hands."""

from support_management.events.catalogue import DisputeAssigned, TicketAssigned
from support_management.routing.models import ReassignmentLog


def keep(event: TicketAssigned | DisputeAssigned) -> None:
    """One row per change of hands."""
    ReassignmentLog.objects.create(
        ticket_id=getattr(event, "ticket_id", None),
        dispute_id=getattr(event, "dispute_id", None),
        from_agent_id=event.previous_id,
        to_agent_id=event.agent_id,
        reason=getattr(event, "reason", "assigned"),
        by_id=event.by_id,
    )
