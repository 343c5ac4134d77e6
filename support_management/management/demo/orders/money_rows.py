"""Money effects of the demo: of decided disputes, and of orders that were cancelled or refunded."""

from datetime import datetime, timedelta
from decimal import Decimal

from support_management.management.demo.demo_context import DemoContext
from support_management.management.demo.row_batch import RowBatch
from support_management.orders.models import Order
from support_management.orders.money.effects import refund_kind
from support_management.orders.money.models import Cause, MoneyEffect
from support_management.orders.money.payment_status import follow_from
from support_management.people.models import User

SHOP_TAKES = timedelta(hours=30)
"""Younger decisions are not confirmed yet."""
OVERDUE = timedelta(hours=48)
"""Between the two the shop has it and has not confirmed, which the reconciliation lists."""
FAILURE = "The card was closed. The client gave another account."


def add(batch: RowBatch, context: DemoContext) -> None:
    """Every refund of a decision, all of a refunded order, half of a cancelled one; one was tried twice."""
    for decision in batch.decisions:
        if decision.refund_amount:
            order = decision.dispute.order
            row = _effect(order, decision.refund_amount, decision.at, decision.decided_by, context)
            row.cause, row.dispute = Cause.DISPUTE, decision.dispute
            batch.effects.append(row)
    disputed = {decision.dispute.order.reference for decision in batch.decisions}
    ended = [row for row in batch.orders if row.status in ("refunded", "cancelled") and row.reference not in disputed]
    for order in ended:
        amount = order.amount if order.status == "refunded" else (order.amount / 2).quantize(Decimal("0.01"))
        at = order.created_at + timedelta(days=1)
        batch.effects.append(_effect(order, amount, at, context.people["lead"], context))
    if ended:
        batch.effects.append(_failed(batch.effects[-1]))
    for order in {id(row.order): row.order for row in batch.effects}.values():
        _follow(order, batch.effects)


def _effect(order: Order, amount: Decimal, at: datetime, by: User | None, context: DemoContext) -> MoneyEffect:
    row = MoneyEffect(
        kind=refund_kind(order, amount),
        order=order,
        amount=amount,
        currency=order.currency,
        recipient=order.client,
        cause=Cause.ORDER_ACTION,
        state="decided",
        asked_by=by,
        decided_by=by,
        decided_at=at,
        created_at=at,
        updated_at=at,
    )
    age = context.moment - at
    if age > SHOP_TAKES:
        row.state, row.sent_at = "sent", at + timedelta(minutes=4)
    if age > OVERDUE:
        row.state, row.confirmed_at = "confirmed", at + timedelta(hours=5)
        row.external_id = f"re_{order.reference.replace('-', '').lower()}"
    row.updated_at = row.confirmed_at or row.sent_at or at
    return row


def _failed(second: MoneyEffect) -> MoneyEffect:
    """The first try of the same refund, a day earlier."""
    names = ("kind", "order", "amount", "currency", "recipient", "cause", "asked_by", "decided_by")
    row = MoneyEffect(**{name: getattr(second, name) for name in names}, state="failed", failure=FAILURE)
    row.created_at = row.decided_at = second.created_at - timedelta(hours=20)
    row.released_at = row.updated_at = row.created_at + timedelta(hours=2)
    return row


def _follow(order: Order, effects: list[MoneyEffect]) -> None:
    """The payment status, as it follows from what was confirmed."""
    confirmed = [row.amount for row in effects if row.order is order and row.state == "confirmed"]
    order.payment_status = follow_from(
        shop=order.shop_payment_status,
        amount=order.amount,
        paid=order.paid_amount,
        confirmed=sum(confirmed, Decimal(0)),
    )
