"""Facts of tickets, disputes, orders and payment issues from the database."""

from collections.abc import Collection

from support_management.conditions.matching import Facts
from support_management.core.priority import PRIORITY_WORDS
from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.tickets.models import Ticket

Work = tuple[str, int]
"""Kind and primary key."""


def of_ticket(ticket: Ticket) -> Facts:
    """Facts of a ticket. No query if type, requester and tags are loaded."""
    requester = ticket.requester
    return Facts(
        kind="ticket",
        priority=ticket.priority_word,
        website=ticket.website_id,
        type=ticket.type.slug,
        channel=ticket.channel,
        segment=requester.segment,
        tags=frozenset(tag.name for tag in ticket.tags.all()),
        language=requester.language,
        subject=ticket.subject,
    )


def of_dispute(dispute: Dispute) -> Facts:
    """Facts of a dispute: website of the order, segment and language of the person who raised it.

    No query if both are loaded.
    """
    person = dispute.raised_by
    return Facts(
        kind="dispute",
        priority=PRIORITY_WORDS[dispute.priority],
        website=dispute.order.website_id,
        segment=person.segment,
        language=person.language,
    )


def of_order(order: Order) -> Facts:
    """Facts of an order, with segment and language of the client. No query if the client is loaded."""
    person = order.client
    return Facts(
        kind="order",
        priority=order.priority_word,
        website=order.website_id,
        segment=person.segment,
        language=person.language,
    )


def of_payment(issue: PaymentIssueLog) -> Facts:
    """Facts of a payment issue: website, segment and language of its order and client. No query if these are loaded."""
    person = issue.order.client
    return Facts(
        kind="payment",
        priority=issue.priority_word,
        website=issue.order.website_id,
        segment=person.segment,
        language=person.language,
    )


def of_many(
    *,
    tickets: Collection[int] = (),
    disputes: Collection[int] = (),
    orders: Collection[int] = (),
    payments: Collection[int] = (),
) -> dict[Work, Facts]:
    """Facts by kind and primary key. Two queries for tickets, one for each other kind."""
    facts_by_work: dict[Work, Facts] = {}
    if tickets:
        rows = Ticket.objects.select_related("type", "requester").prefetch_related("tags")
        facts_by_work |= {("ticket", row.pk): of_ticket(row) for row in rows.filter(pk__in=tickets)}
    if disputes:
        disputed = Dispute.objects.select_related("order", "raised_by")
        facts_by_work |= {("dispute", row.pk): of_dispute(row) for row in disputed.filter(pk__in=disputes)}
    if orders:
        ordered = Order.objects.select_related("client")
        facts_by_work |= {("order", row.pk): of_order(row) for row in ordered.filter(pk__in=orders)}
    if payments:
        issues = PaymentIssueLog.objects.select_related("order__client")
        facts_by_work |= {("payment", row.pk): of_payment(row) for row in issues.filter(pk__in=payments)}
    return facts_by_work
