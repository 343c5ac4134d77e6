"""Derived fields of payment issues after writes without a capability."""

from collections.abc import Iterable

from django.db.models import QuerySet

from support_management.core.locking import lock
from support_management.core.money import amount_of
from support_management.core.time import now
from support_management.orders.models import Order
from support_management.payment_issues import holds
from support_management.payment_issues.models import PaymentIssueLog, PaymentIssueStep

AMOUNTS = ("expected_amount", "received_amount", "amount")


def repair_row(issue_id: int, fields: Iterable[str]) -> PaymentIssueLog | None:
    """Repair when it was resolved and what its order holds. Invalid bad_amount. None when it was deleted."""
    row = PaymentIssueLog.objects.select_related("order").filter(pk=issue_id).first()
    if row is None or not {"order", "order_id", "all"}.isdisjoint(fields):
        holds.repair()  # which order it had before is unknown
    if row is None:
        return None
    for name in AMOUNTS:
        amount_of(getattr(row, name), row.currency, field=name)
    _repair(PaymentIssueLog.objects.filter(pk=issue_id))
    holds.settle(lock(Order, row.order_id))
    row.refresh_from_db()
    return row


def repair_all() -> None:
    """`repair_row` after a bulk write. Only wrong rows are written."""
    _repair(PaymentIssueLog.objects.all())
    holds.repair()


def _repair(rows: QuerySet[PaymentIssueLog]) -> None:
    rows.filter(is_open=True, resolved_at__isnull=False).update(resolved_at=None)
    rows.filter(is_open=False, resolved_at__isnull=True).update(resolved_at=now())
    rows.filter(is_open=False, next_step_at__isnull=False).update(next_step_at=None)


def step_written(step_id: int) -> int | None:
    """After a write of a step: its next date is that of the issue. Returns the id of the issue."""
    step = PaymentIssueStep.objects.select_related("issue").filter(pk=step_id).first()
    if step is None:
        return None
    latest = step.issue.steps.order_by("-id").first()
    if latest == step and step.issue.is_open and step.issue.next_step_at != step.next_step_at:
        PaymentIssueLog.objects.filter(pk=step.issue_id).update(next_step_at=step.next_step_at, reminded=False)
    return step.issue_id
