"""What agents have done so far: totals that the rows of the demo imply."""

from django.db.models import Count, Max

from support_management.disputes.models import Dispute
from support_management.events.suppression import quietly
from support_management.management.demo.demo_context import DemoContext
from support_management.people.models import SupportWorkloadTracker
from support_management.routing.models import ReassignmentLog
from support_management.tickets.models import Ticket, TicketMessage


def lifetime_totals(context: DemoContext) -> None:
    """Handled tickets and disputes, last activity and last assignment, as the product would have counted them."""
    people = {user.pk for user in context.people.values()}
    tickets = _per(Ticket.objects.filter(resolved_at__isnull=False), "assignee", Count("pk"))
    disputes = _per(Dispute.objects.filter(is_open=False), "assignee", Count("pk"))
    orders = _per(Dispute.objects.filter(is_open=False), "assignee", Count("order", distinct=True))
    active = _per(TicketMessage.objects.all(), "author", Max("created_at"))
    assigned = _per(ReassignmentLog.objects.all(), "to_agent", Max("at"))
    with quietly():
        for pk in people:
            SupportWorkloadTracker.objects.filter(user=pk).update(
                tickets_handled=tickets.get(pk, 0),
                disputes_handled=disputes.get(pk, 0),
                orders_managed=orders.get(pk, 0),
                last_activity=active.get(pk),
                last_assigned_at=assigned.get(pk),
            )


def _per(rows, who: str, figure) -> dict:
    return dict(rows.order_by().values_list(who).annotate(figure))
