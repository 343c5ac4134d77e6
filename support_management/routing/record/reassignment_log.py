"""Write the assignment history."""

from support_management.core.prepared_statements import PreparedInsert
from support_management.events.catalogue import DisputeAssigned, TicketAssigned
from support_management.routing.models import ReassignmentLog

EXTERNAL_REASON = "written by hand"
_insert = PreparedInsert(ReassignmentLog)


def store(event: TicketAssigned | DisputeAssigned) -> None:
    """Store one row per change of the assignee."""
    _insert(
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


def giver_of(event: TicketAssigned | DisputeAssigned) -> int | None:
    """Who had assigned the work to the previous owner, if a rule takes it from them now. Before `store`."""
    if event.by_id is not None or event.previous_id is None:
        return None
    kind = "ticket" if isinstance(event, TicketAssigned) else "dispute"
    logs = ReassignmentLog.objects.filter(**{kind: getattr(event, f"{kind}_id")}).order_by("-id")
    given = logs.filter(to_agent=event.previous_id).first()
    return given.by_id if given is not None and given.by_id != event.previous_id else None


def store_external(*, before: int | None, after: int | None, by_id: int | None, **work) -> None:
    """Store a change of the assignee that was made outside the capabilities: admin, shell, import."""
    if before == after:
        return
    people = {"from_agent_id": before, "to_agent_id": after, "by_id": by_id}
    ReassignmentLog.objects.create(**work, **people, cause=ReassignmentLog.Cause.WRITTEN, reason=EXTERNAL_REASON)
