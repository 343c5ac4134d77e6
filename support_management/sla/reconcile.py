"""After a write without a capability, the clocks are as a capability would have left them."""

from django.db.models import F, Q

from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.sla import policies, show, tracking
from support_management.sla.models import OrderDisputeSLA, SLAPolicy
from support_management.tickets.models import Ticket


def ticket(ticket_id: int) -> None:
    """Start what never ran, meet what was answered, end what is done."""
    row = Ticket.objects.filter(pk=ticket_id).first()
    if row is None:
        return
    if row.is_open and not OrderDisputeSLA.objects.filter(ticket=row).exists():
        tracking.ticket_created(ticket_id, by_id=None)
    if row.first_replied_at:
        tracking.ticket_answered(ticket_id, at=row.first_replied_at, by_id=None)
    tracking.ticket_moved(ticket_id, after=row.status, by_id=None)
    if row.is_open:
        tracking.ticket_triaged(ticket_id, cause="changed", by_id=None)
    show.ticket(ticket_id)


def dispute(dispute_id: int) -> None:
    """The same for a dispute."""
    row = Dispute.objects.filter(pk=dispute_id).first()
    if row is None:
        return
    if row.is_open and not OrderDisputeSLA.objects.filter(dispute=row).exists():
        tracking.dispute_opened(dispute_id, by_id=None)
    tracking.dispute_moved(dispute_id, after=row.status, by_id=None)
    if row.is_open:
        tracking.dispute_changed(dispute_id, by_id=None)
    show.dispute(dispute_id)


def order(order_id: int) -> None:
    """The same for an order."""
    row = Order.objects.filter(pk=order_id).first()
    if row is not None:
        tracking.order_moved(order_id, after=row.status, by_id=None)


def policy(policy_id: int) -> None:
    """Somebody wrote a policy: what it says now stays readable under its new number."""
    row = SLAPolicy.objects.filter(pk=policy_id).first()
    if row is not None:
        policies.keep_version(row, by=None)


def clock(clock_id: int) -> None:
    """Somebody wrote the clock itself: its work shows what it says now."""
    row = OrderDisputeSLA.objects.filter(pk=clock_id).first()
    if row is not None:
        show.work_of(row)


def everything() -> None:
    """After a write of many rows: what is missing starts, what is left over ends. Untouched work is not touched."""
    clocks = OrderDisputeSLA.objects.order_by()
    open_clocks = clocks.filter(is_open=True)
    answered = Q(ticket__first_replied_at__isnull=False, metric="first_response")
    stale = set(open_clocks.filter(Q(ticket__is_open=False) | answered).values_list("ticket", flat=True))
    unclocked = Ticket.objects.filter(is_open=True).exclude(pk__in=clocks.filter(ticket__isnull=False).values("ticket"))
    for pk in sorted(stale | set(unclocked.values_list("pk", flat=True))):
        ticket(pk)
    decided = set(open_clocks.filter(dispute__is_open=False).values_list("dispute", flat=True))
    disputed = clocks.filter(dispute__isnull=False).values("dispute")
    unclocked = Dispute.objects.filter(is_open=True).exclude(pk__in=disputed)
    for pk in sorted(decided | set(unclocked.values_list("pk", flat=True))):
        dispute(pk)


def every_row_shows_its_clock() -> None:
    """After a write of many clocks: rows of open work whose due is not the one of any of their open clocks."""
    shown = OrderDisputeSLA.objects.filter(is_open=True, ticket__is_open=True)
    for pk in set(shown.exclude(due_at=F("ticket__next_due_at")).values_list("ticket", flat=True)):
        show.ticket(pk)
    shown = OrderDisputeSLA.objects.filter(is_open=True, dispute__is_open=True)
    for pk in set(shown.exclude(due_at=F("dispute__next_due_at")).values_list("dispute", flat=True)):
        show.dispute(pk)
