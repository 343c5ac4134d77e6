"""Rows of work with all that policies depend on."""

from support_management.core.prepared_statements import Parameter, PreparedSelect, set_prefetched
from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.tickets.models import Tag, Ticket

_rows = PreparedSelect(lambda: Ticket.objects.filter(pk=Parameter("pk")).select_related("type", "requester").order_by())
_tags = PreparedSelect(lambda: Tag.objects.filter(tickets=Parameter("ticket")).order_by())


def ticket(ticket_id: int) -> Ticket:
    [ticket] = _rows(pk=ticket_id)
    set_prefetched(ticket, tags=_tags(ticket=ticket_id))
    return ticket


def order(order_id: int) -> Order:
    return Order.objects.select_related("client").get(pk=order_id)


def dispute(dispute_id: int) -> Dispute:
    return Dispute.objects.select_related("order", "raised_by").get(pk=dispute_id)


def payment(payment_id: int) -> PaymentIssueLog:
    return PaymentIssueLog.objects.select_related("order__client").get(pk=payment_id)
