"""The clock that bites first, put onto the row of the work: what lists sort by and chips show."""

from support_management.core.time import NEVER
from support_management.disputes.models import Dispute
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import due


def ticket(ticket_id: int) -> None:
    """Earliest due of the open clocks; paused ones do not count, breached ones keep their due."""
    clock = _first(ticket=ticket_id)
    due.set_due(
        ticket_id=ticket_id,
        at=clock.due_at if clock else None,
        state=clock.screen_state if clock else "",
        metric=clock.metric if clock else "",
    )


def dispute(dispute_id: int) -> None:
    """The same for a dispute."""
    clock = _first(dispute=dispute_id)
    Dispute.objects.filter(pk=dispute_id).update(
        next_due_at=clock.due_at if clock else NEVER, due_state=clock.screen_state if clock else ""
    )


def work_of(clock: OrderDisputeSLA) -> None:
    """Whatever the clock belongs to."""
    if clock.ticket_id:
        ticket(clock.ticket_id)
    if clock.dispute_id:
        dispute(clock.dispute_id)


def _first(**work) -> OrderDisputeSLA | None:
    clocks = OrderDisputeSLA.objects.filter(**work, is_open=True).exclude(state="paused")
    return clocks.order_by("due_at", "id").first()
