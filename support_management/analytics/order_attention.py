"""Orders that need somebody's attention: disputed, badly paid, with a refund under way, or with open tickets."""

from django.db.models import Q, QuerySet

from support_management.orders import queries as orders
from support_management.orders.models import Order
from support_management.orders.money.models import MoneyEffect
from support_management.orders.money.status import UNDER_WAY, State
from support_management.orders.status import OPEN, PaymentStatus, Status
from support_management.payment_issues.models import PaymentIssueLog
from support_management.people.viewer import Viewer
from support_management.tickets import queries as tickets

SHOWN = 10
"""Rows of each list."""
_STARTED = [status for status in (*OPEN, Status.COMPLETED.value) if status != Status.PENDING_PAYMENT]
_NOT_PAID = (PaymentStatus.UNPAID, PaymentStatus.PENDING)
DISPUTED = Q(status=Status.DISPUTED)
PAYMENT_ISSUE = (
    Q(payment_status=PaymentStatus.FAILED)
    | Q(payment_status__in=_NOT_PAID, status__in=_STARTED)
    | Q(pk__in=PaymentIssueLog.objects.filter(is_open=True).values("order"))
)
"""Not paid as it should be, or with an open payment issue."""


def of(viewer: Viewer) -> dict:
    """The lists of a dashboard, each with its number and its newest rows, and how many orders are in any of them."""
    refunds = pending_refunds(viewer)
    ticketed = Q(pk__in=tickets.listed_for(viewer).filter(is_open=True).values("order"))
    waiting = Q(pk__in=refunds.values("order"))
    return {
        "disputed_orders": _listed(viewer, DISPUTED),
        "payment_issue_orders": _listed(viewer, PAYMENT_ISSUE),
        "pending_refunds": {"count": refunds.count(), "refunds": list(refunds[:SHOWN])},
        "orders_with_tickets": _listed(viewer, ticketed),
        "summary": {"total_requiring_attention": _rows(viewer, DISPUTED | PAYMENT_ISSUE | ticketed | waiting).count()},
    }


def pending_refunds(viewer: Viewer) -> QuerySet[MoneyEffect]:
    """Refunds that wait for approval or were decided, and that the shop has not confirmed, newest first."""
    rows = MoneyEffect.objects.filter(state__in=(State.PENDING_APPROVAL, *UNDER_WAY))
    seen = orders.visible_to(viewer).select_related(None).values("pk")
    return rows.filter(order__in=seen).select_related("dispute").order_by("-id")


def _rows(viewer: Viewer, condition: Q) -> QuerySet[Order]:
    return orders.visible_to(viewer).filter(condition)


def _listed(viewer: Viewer, condition: Q) -> dict:
    rows = _rows(viewer, condition)
    return {"count": rows.count(), "orders": list(rows.order_by("-id")[:SHOWN])}
