"""Queries on payment issues: who sees which, and with what."""

from django.db.models import QuerySet

from support_management.payment_issues.models import PaymentIssueLog, PaymentIssueStep
from support_management.people.viewer import Viewer


def visible_to(viewer: Viewer) -> QuerySet[PaymentIssueLog]:
    """Payment issues of the orders that the viewer sees; the desk only."""
    if not viewer.is_desk:
        return PaymentIssueLog.objects.none()
    rows = PaymentIssueLog.objects.all()
    return rows.filter(order__website__in=viewer.websites) if viewer.websites and not viewer.is_lead else rows


def may_see(viewer: Viewer, issue: PaymentIssueLog) -> bool:
    """`visible_to` for a loaded issue with its order."""
    return viewer.is_desk and viewer.serves(issue.website_id)


def unchecked() -> QuerySet[PaymentIssueLog]:
    """All of them, for callers who check each one: a fragment is painted once for several viewers."""
    return PaymentIssueLog.objects.all()


def with_people(rows: QuerySet[PaymentIssueLog]) -> QuerySet[PaymentIssueLog]:
    """With the related rows that lists, pages and the API show."""
    related = ("order__client", "order__website", "ticket", "assignee", "reported_by", "escalated_to", "resolved_by")
    return rows.select_related(*related)


def of_order(order_id: int) -> list[PaymentIssueLog]:
    """The issues of an order, newest first."""
    return list(with_people(PaymentIssueLog.objects.filter(order=order_id)).order_by("-id"))


def open_types(order_id: int) -> set[str]:
    """Types of which the order has an open issue."""
    rows = PaymentIssueLog.objects.filter(order=order_id, is_open=True)
    return set(rows.values_list("issue_type", flat=True))


def steps_of(issue_id: int) -> QuerySet[PaymentIssueStep]:
    """What was done about an issue, newest first."""
    return PaymentIssueStep.objects.filter(issue=issue_id).select_related("by").order_by("-id")


def orders_of(ids) -> set[int]:
    """Ids of the orders of these issues."""
    return set(PaymentIssueLog.objects.filter(pk__in=list(ids)).values_list("order", flat=True)) if ids else set()


def keys_of_orders(ids) -> set[int]:
    """Ids of the issues of these orders."""
    return set(PaymentIssueLog.objects.filter(order__in=list(ids)).values_list("pk", flat=True)) if ids else set()


def issues_of_steps(ids) -> set[int]:
    """Ids of the issues that these steps are about."""
    return set(PaymentIssueStep.objects.filter(pk__in=list(ids)).values_list("issue", flat=True)) if ids else set()
