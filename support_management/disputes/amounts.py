"""Amounts of a dispute: what is at risk and what goes back to the client. How much can: `orders.money.refundable`."""

from decimal import Decimal

from django.db.models import F

from support_management.audit import log
from support_management.core.errors import Invalid
from support_management.core.money import amount_of, money_text
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.disputes.status import Status
from support_management.orders.models import Order
from support_management.orders.money import effects
from support_management.orders.money.models import Cause
from support_management.orders.money.refundable import given, refundable
from support_management.people.models import User


def at_risk_of(order: Order, value) -> Decimal:
    """The amount at risk of a new dispute: at most the order's amount; without a value all that was not given back."""
    if value in (None, ""):
        return max(order.amount - given(order), Decimal(0))
    amount = amount_of(value, order.currency, field="amount")
    _require_at_most(order.amount, amount, order, "The amount at risk", field="amount")
    return amount


def refund_of(order: Order, value, *, outcome: str) -> Decimal:
    """The refund of a decision. Invalid refund_not_due unless the client gets their way, too_much, bad_amount."""
    refund = amount_of(value, order.currency, field="refund") if value else Decimal(0)
    _require_at_most(refundable(order), refund, order, "The refund", field="refund")
    if refund and outcome != Status.RESOLVED_CLIENT:
        raise Invalid("refund_not_due", "Only a decision for the client can have a refund.", field="refund")
    return refund


def give_back(row: Dispute, order: Order, refund: Decimal, *, by: User) -> None:
    """The refund of a decision, to the client. The order is locked."""
    if refund:
        kind = effects.refund_kind(order, refund)
        purpose = effects.Purpose(kind=kind, recipient=order.client, cause=Cause.DISPUTE, dispute_id=row.pk)
        effects.decide(order, refund, purpose, by=by)


def check_dispute(row: Dispute) -> None:
    """After a write without a capability: Invalid too_much above the order's amount, bad_amount."""
    order = row.order
    amount_of(row.amount_at_risk, order.currency, field="amount_at_risk")
    _require_at_most(order.amount, row.amount_at_risk, order, "The amount at risk", field="amount_at_risk")


def check_every_dispute() -> None:
    """`check_dispute` after a bulk write."""
    row = Dispute.objects.filter(amount_at_risk__gt=F("order__amount")).select_related("order").first()
    if row is not None:
        check_dispute(row)


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
