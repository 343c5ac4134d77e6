"""When agents were last active and last assigned work, as the rows of the demo imply."""

from django.db.models import Max

from support_management.events.suppression import quietly
from support_management.management.demo.demo_context import DemoContext
from support_management.people.models import SupportWorkloadTracker
from support_management.routing.models import ReassignmentLog
from support_management.tickets.models import TicketMessage


def lifetime_totals(context: DemoContext) -> None:
    """Last activity and last assignment, as the product would have kept them."""
    people = {user.pk for user in context.people.values()}
    active = _per(TicketMessage.objects.all(), "author", Max("created_at"))
    assigned = _per(ReassignmentLog.objects.all(), "to_agent", Max("at"))
    with quietly():
        for pk in people:
            SupportWorkloadTracker.objects.filter(user=pk).update(
                last_activity=active.get(pk),
                last_assigned_at=assigned.get(pk),
            )


def _per(rows, who: str, figure) -> dict:
    return dict(rows.order_by().values_list(who).annotate(figure))
