"""What is read of clocks."""

from django.db.models import QuerySet

from support_management.people.viewer import Viewer
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.queries import visible_to


def of_ticket(ticket_id: int) -> list[OrderDisputeSLA]:
    """The clocks of a ticket, the next to bite first, done ones last."""
    clocks = OrderDisputeSLA.objects.filter(ticket=ticket_id)
    return sorted(clocks, key=lambda clock: (clock.completed_at is not None, clock.due_at, clock.pk))


def breaches(viewer: Viewer) -> QuerySet[OrderDisputeSLA]:
    """Breached and still open clocks of tickets the person may see, the longest overdue first."""
    return (
        OrderDisputeSLA.objects.filter(is_open=True, state="breached", ticket__in=visible_to(viewer).values("pk"))
        .select_related("ticket", "ticket__assignee", "ticket__type")
        .order_by("due_at", "id")
    )
