"""Keep every change of hands."""

from support_management.events.catalogue import DisputeAssigned, TicketAssigned
from support_management.routing.models import ReassignmentLog

BY_HAND = "written by hand"


def keep(event: TicketAssigned | DisputeAssigned) -> None:
    """One row per change of hands."""
    ReassignmentLog.objects.create(
        ticket_id=getattr(event, "ticket_id", None),
        dispute_id=getattr(event, "dispute_id", None),
        from_agent_id=event.previous_id,
        to_agent_id=event.agent_id,
        reason=event.reason,
        by_id=event.by_id,
    )


def keep_written(*, before: int | None, after: int | None, by_id: int | None, **work) -> None:
    """The same when no capability was asked: admin, shell, import."""
    if before != after:
        ReassignmentLog.objects.create(**work, from_agent_id=before, to_agent_id=after, reason=BY_HAND, by_id=by_id)
