"""What follows a write of an order or a money effect without a capability."""

from collections.abc import Iterable

from support_management.core.money import amount_of
from support_management.orders.models import Order
from support_management.orders.money import payment_status
from support_management.orders.money.models import MoneyEffect

AMOUNTS = ("amount", "paid_amount")
MONEY = {*AMOUNTS, "currency", "payment_status", "shop_payment_status", *payment_status.COLUMNS, "created", "all"}


def order_written(order: Order, fields: Iterable[str]) -> None:
    """Invalid unknown_currency, bad_amount. The payment status becomes what follows from the order's facts."""
    written = MONEY.intersection(fields)
    if not written:
        return
    if not written.isdisjoint({*AMOUNTS, "currency", "created", "all"}):
        for name in AMOUNTS:
            amount_of(getattr(order, name), order.currency, field=name)
    payment_status.repair(pk=order.pk)


def effect_written(effect_id: int) -> None:
    """Invalid bad_amount. The order's payment status follows."""
    effect = MoneyEffect.objects.filter(pk=effect_id).first()
    if effect is not None:
        if not effect.legacy:
            amount_of(effect.amount, effect.currency, field="amount")
        payment_status.repair(pk=effect.order_id)
