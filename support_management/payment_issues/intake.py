"""Logging a payment issue of an order."""

from datetime import datetime

from support_management.audit import log
from support_management.core import text
from support_management.core.errors import Conflict, Invalid, NotAllowed, NotFound
from support_management.core.locking import lock
from support_management.core.time import require_range
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import PaymentIssueLogged
from support_management.orders.models import Order
from support_management.orders.queries import visible_to as visible_orders
from support_management.payment_issues import failure_codes, holds
from support_management.payment_issues.amounts import amounts_of
from support_management.payment_issues.models import PaymentIssueLog
from support_management.payment_issues.status import OPEN, IssueType
from support_management.people.agents import can_own
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets.queries import visible_to as visible_tickets

NOTES_LIMIT = 5000


@capability
def log_issue(
    *,
    order: int,
    issue_type: str,
    by: User,
    description: str = "",
    expected_amount=None,
    received_amount=None,
    amount=None,
    failure_code: str = "",
    external_deadline: datetime | None = None,
    ticket: int | None = None,
) -> PaymentIssueLog:
    """Log an issue of an order; an agent who does owns it. Conflict already_open: one open issue per order and type.

    Invalid unknown_type, no_difference, bad_amount, too_much, not_about_it; NotFound.
    """
    if issue_type not in IssueType.values:
        raise Invalid("unknown_type", f"Type must be one of {', '.join(IssueType.values)}.", field="issue_type")
    description = text.clean(description, field="description", limit=NOTES_LIMIT, blank=True)
    code = failure_codes.cleaned(failure_code)
    require_range(external_deadline, field="external_deadline")
    about = _order(order, by=by)
    _require_none_open(about, issue_type)
    _require_about(ticket, about, by=by)
    sums = amounts_of(about, issue_type, expected=expected_amount, received=received_amount, amount=amount)
    texts = {"description": description, "failure_code": code, "external_deadline": external_deadline}
    row = _create(about, by=by, issue_type=issue_type, ticket_id=ticket, **texts, **sums.columns)
    holds.settle(about)
    log.record(by=by, verb="log", on=row, after={"issue_type": issue_type, "amount": str(row.amount)})
    publish(PaymentIssueLogged(payment_id=row.pk, order_id=about.pk, agent_id=row.assignee_id, by_id=by.pk))
    return row


def _create(order: Order, *, by: User, **values) -> PaymentIssueLog:
    owner = by if can_own(by, website_id=order.website_id) else None
    return PaymentIssueLog.objects.create(
        order=order, priority=order.priority, assignee=owner, reported_by=by, **values
    )


def _order(order: int, *, by: User) -> Order:
    """The locked order."""
    if not visible_orders(viewer_of(by)).filter(pk=order).exists():
        raise NotFound("This order")
    if not by.is_desk:
        raise NotAllowed("not_yours", "Only support staff can log payment issues.")
    return lock(Order, order)


def _require_none_open(order: Order, issue_type: str) -> None:
    row = PaymentIssueLog.objects.filter(order=order, issue_type=issue_type, status__in=OPEN).first()
    if row is not None:
        sentence = f"{order.reference} has an open issue of this type already: {row.number}."
        raise Conflict("already_open", sentence, field="issue_type", extra={"open": row.pk})


def _require_about(ticket: int | None, order: Order, *, by: User) -> None:
    """Invalid not_about_it unless the ticket is one about this order that `by` sees."""
    if ticket is not None and not visible_tickets(viewer_of(by)).filter(pk=ticket, order=order).exists():
        raise Invalid("not_about_it", "This ticket is not about the order.", field="ticket")
