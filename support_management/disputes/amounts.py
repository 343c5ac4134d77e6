"""Amounts of a dispute: what is at risk, what goes back to the client, and how much of an order that can be."""

from decimal import Decimal, InvalidOperation

from django.db.models import F

from support_management.audit import log
from support_management.core.errors import Invalid
from support_management.core.money import money_text
from support_management.core.time import now
from support_management.disputes.models import Dispute, DisputeResolutionLog
from support_management.disputes.status import Status
from support_management.orders.models import Order

AMOUNT_LIMIT = Decimal("9999999999.99")


def money(value, *, field: str) -> Decimal:
    """A non-negative amount with up to two decimals. Invalid bad_amount."""
    try:
        amount = Decimal(str(value))
        fits = amount.is_finite() and 0 <= amount <= AMOUNT_LIMIT and amount == round(amount, 2)
    except InvalidOperation:
        fits = False
    if not fits:
        raise Invalid("bad_amount", "Enter an amount such as 284.00.", field=field)
    return amount


def refunded(order: Order) -> Decimal:
    """What disputes have given back of this order. Summed here: SQLite's sum of decimals is not exact."""
    refunds = DisputeResolutionLog.objects.filter(dispute__order=order.pk)
    return sum(refunds.values_list("refund_amount", flat=True), Decimal(0))


def refundable(order: Order) -> Decimal:
    """What can still go back to the client. The caller holds the lock of the order."""
    return max(order.amount - refunded(order), Decimal(0))


def at_risk_of(order: Order, value) -> Decimal:
    """The amount at risk of a new dispute: at most the order's amount; without a value all that can still go back."""
    if value in (None, ""):
        return refundable(order)
    amount = money(value, field="amount")
    _require_at_most(order.amount, amount, order, "The amount at risk", field="amount")
    return amount


def refund_of(order: Order, value, *, outcome: str) -> Decimal:
    """The refund of a decision. Invalid refund_not_due unless the client gets their way, too_much, bad_amount."""
    refund = money(value or 0, field="refund")
    _require_at_most(refundable(order), refund, order, "The refund", field="refund")
    if refund and outcome != Status.RESOLVED_CLIENT:
        raise Invalid("refund_not_due", "Only a decision for the client can have a refund.", field="refund")
    return refund


def is_fully_refunded(order: Order, refund: Decimal = Decimal(0)) -> bool:
    """Whether the whole amount of the order has gone back, together with this refund."""
    return refund + refunded(order) >= order.amount > 0


def check_dispute(row: Dispute) -> None:
    """After a write without a capability: Invalid too_much when more than the order's amount is at risk."""
    order = row.order
    _require_at_most(order.amount, row.amount_at_risk, order, "The amount at risk", field="amount_at_risk")


def check_every_dispute() -> None:
    """`check_dispute` after a bulk write."""
    row = Dispute.objects.filter(amount_at_risk__gt=F("order__amount")).select_related("order").first()
    if row is not None:
        check_dispute(row)


def check_order(order: Order) -> None:
    """After a write of the amount without a capability: Invalid too_little when it is below what was refunded."""
    least = refunded(order)
    if order.amount < least:
        sentence = f"The amount can't be below {money_text(least, order.currency)}, which was refunded."
        raise Invalid("too_little", sentence, field="amount")


def lower_at_risk(**filters) -> None:
    """After a write of orders without a capability: no more is at risk than they cost now."""
    rows = Dispute.objects.filter(amount_at_risk__gt=F("order__amount"), **filters).select_related("order")
    for row in rows.order_by("pk"):
        before, moment = str(row.amount_at_risk), now()
        changes = {"amount_at_risk": row.order.amount, "updated_at": moment, "public_updated_at": moment}
        Dispute.objects.filter(pk=row.pk).update(version=F("version") + 1, **changes)
        after = {"amount_at_risk": str(row.order.amount)}
        log.record(by=None, verb="edit", on=row, before={"amount_at_risk": before}, after=after)


def _require_at_most(limit: Decimal, amount: Decimal, order: Order, what: str, *, field: str) -> None:
    if amount > limit:
        raise Invalid("too_much", f"{what} can be up to {money_text(limit, order.currency)}.", field=field)
