"""An order moves with its dispute: disputed while it is open, moved on by its outcome."""

from support_management.core.errors import Invalid
from support_management.core.locking import lock
from support_management.disputes.models import Dispute
from support_management.disputes.status import Status
from support_management.orders import actions, queries
from support_management.orders.models import Order
from support_management.orders.money.refundable import is_fully_refunded
from support_management.orders.status import DISPUTABLE
from support_management.orders.status import Status as OrderStatus

AFTER = (*DISPUTABLE, OrderStatus.CANCELLED.value, OrderStatus.REFUNDED.value)
"""Statuses that an order can have after a decision."""


def chosen(row: Dispute, status: str | None, *, outcome: str, full_refund: bool) -> str:
    """The status of the order after the decision: this one, or without one what follows from the outcome.

    Invalid unknown_status; not_refunded when the client does not get the whole amount back.
    """
    if not status:
        return following(row, outcome, full_refund=full_refund)
    if status not in AFTER:
        raise Invalid("unknown_status", f"Order status must be one of {', '.join(AFTER)}.", field="order_status")
    if status == OrderStatus.REFUNDED and not full_refund:
        sentence = "An order is refunded when its whole amount goes back to the client."
        raise Invalid("not_refunded", sentence, field="order_status")
    return status


def following(row: Dispute, outcome: str, *, full_refund: bool) -> str:
    """The status that an outcome leads to. Withdrawn: the one before the dispute, in progress when that is unknown."""
    if outcome == Status.RESOLVED_CLIENT:
        return OrderStatus.REFUNDED if full_refund else OrderStatus.IN_PROGRESS
    if outcome == Status.RESOLVED_WRITER:
        return OrderStatus.COMPLETED
    return row.order_status_before or OrderStatus.IN_PROGRESS


def repair_order(order_id: int) -> None:
    """After a write of an order: with an open dispute it stays disputed; what was written counts as the status before.

    When the dispute is withdrawn the order goes there.
    """
    order = lock(Order, order_id)
    row = None if order.status == OrderStatus.DISPUTED else Dispute.objects.filter(order=order, is_open=True).first()
    if row is not None:
        Dispute.objects.filter(pk=row.pk).update(order_status_before=order.status)
        actions.move(order, OrderStatus.DISPUTED, by=None)


def repair_dispute(row: Dispute) -> None:
    """After a write of a dispute: its order is disputed while it is open, and moves on when it is decided."""
    if row.is_open == (row.order.status == OrderStatus.DISPUTED):
        return  # read before the lock: decisions lock the order first
    if row.is_open:
        repair_order(row.order_id)
        return
    order = lock(Order, row.order_id)
    if order.status == OrderStatus.DISPUTED and not queries.has_open_dispute(order):
        full_refund = is_fully_refunded(order)
        actions.move(order, following(row, row.status, full_refund=full_refund), by=None)


def repair_all() -> None:
    """`repair_dispute` after a bulk write."""
    stray = Dispute.objects.filter(is_open=True).exclude(order__status=OrderStatus.DISPUTED)
    for order_id in stray.order_by("order").values_list("order", flat=True):
        repair_order(order_id)
    decided = Dispute.objects.filter(is_open=False, order__status=OrderStatus.DISPUTED).order_by("-resolved_at", "-pk")
    for row in decided:
        repair_dispute(row)
