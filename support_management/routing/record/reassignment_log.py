"""Keep every change of hands."""

from support_management.core.prepared_statements import PreparedInsert
from support_management.events.catalogue import DisputeAssigned, TicketAssigned
from support_management.routing.models import ReassignmentLog

BY_HAND = "written by hand"
_keep = PreparedInsert(ReassignmentLog)


def keep(event: TicketAssigned | DisputeAssigned) -> None:
    """One row per change of hands."""
    _keep(
        ReassignmentLog(
            ticket_id=getattr(event, "ticket_id", None),
            dispute_id=getattr(event, "dispute_id", None),
            from_agent_id=event.previous_id,
            to_agent_id=event.agent_id,
            cause=event.cause,
            reason=event.reason,
            note=event.note,
            above_capacity=event.above_capacity,
            by_id=event.by_id,
        )
    )


def keep_written(*, before: int | None, after: int | None, by_id: int | None, **work) -> None:
    """The same when no capability was asked: admin, shell, import."""
    if before == after:
        return
    hands = {"from_agent_id": before, "to_agent_id": after, "by_id": by_id}
    ReassignmentLog.objects.create(**work, **hands, cause=ReassignmentLog.Cause.WRITTEN, reason=BY_HAND)
