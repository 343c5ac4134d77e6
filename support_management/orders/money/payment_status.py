"""The payment status of an order: it follows from the shop's facts and from what was confirmed, nobody sets it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from support_management.audit import log
from support_management.core.locking import lock
from support_management.core.money_columns import ExactSum
from support_management.core.time import now
from support_management.orders.models import Order
from support_management.orders.money.models import BEYOND, MoneyEffect
from support_management.orders.money.status import HOLDING, State
from support_management.orders.status import PaymentStatus
from support_management.people.models import User


@dataclass(slots=True)
class EffectSums:
    """Sums of an order's money effects, as the columns of the order keep them, and of those that were confirmed."""

    committed_amount: Decimal = Decimal(0)
    legacy_amount: Decimal = Decimal(0)
    undecided_amount: Decimal = Decimal(0)
    confirmed: Decimal = Decimal(0)

    @property
    def columns(self) -> dict[str, Decimal]:
        return {name: getattr(self, name) for name in COLUMNS}

    def add(self, total: Decimal, *, state: str, legacy: bool, undecided: bool) -> None:
        if state == State.CONFIRMED:
            self.confirmed += total
        if undecided:
            self.undecided_amount += total
            return
        self.committed_amount += total
        self.legacy_amount += total if legacy else 0


COLUMNS = ("committed_amount", "legacy_amount", "undecided_amount")


def follow_from(*, shop: str, amount: Decimal, paid: Decimal, confirmed: Decimal) -> str:
    """The payment status. `shop` is what the shop said; `confirmed` what has gone back."""
    if shop == PaymentStatus.REFUNDED or (confirmed > 0 and confirmed >= paid):
        return PaymentStatus.REFUNDED
    if shop == PaymentStatus.PARTIALLY_REFUNDED or confirmed > 0:
        return PaymentStatus.PARTIALLY_REFUNDED
    return PaymentStatus.PAID if paid >= amount > 0 else shop


def sums_by_order(**orders) -> dict[int, EffectSums]:
    """The sums of the orders' effects, added up from their rows; an order without effects has zeros."""
    rows = MoneyEffect.objects.filter(**orders, state__in=HOLDING).exclude(kind__in=BEYOND).order_by()
    sums: dict[int, EffectSums] = defaultdict(EffectSums)
    grouped = rows.values_list("order", "state", "legacy", "undecided").annotate(total=ExactSum("amount"))
    for order_id, state, legacy, undecided, total in grouped:
        sums[order_id].add(total, state=state, legacy=legacy, undecided=undecided)
    return sums


def settle(order: Order, *, by: User | None) -> None:
    """After a change of money effects: their sums and the payment status, on the row too. The order is locked."""
    sums = sums_by_order(order=order.pk)[order.pk]
    _store(order, sums.columns | {"payment_status": _status_of(order, sums)}, by=by)


def differences(**orders) -> Iterator[tuple[int, str]]:
    """Ids of orders whose sums or payment status are not those that follow, and what is wrong. Reads only."""
    sums = sums_by_order(**{f"order__{name}": value for name, value in orders.items()})
    for order in Order.objects.filter(**orders).only(*COLUMNS, *_FACTS, "payment_status").order_by("pk").iterator():
        expected = sums.get(order.pk, EffectSums())
        for name, value in (expected.columns | {"payment_status": _status_of(order, expected)}).items():
            if getattr(order, name) != value:
                yield order.pk, f"{name} is {getattr(order, name)}, its rows say {value}"


def repair(**orders) -> None:
    """After writes without a capability: the sums and the payment status as they follow."""
    for order_id in sorted({order_id for order_id, _ in differences(**orders)}):
        with transaction.atomic():
            settle(lock(Order, order_id), by=None)


_FACTS = ("shop_payment_status", "amount", "paid_amount")


def _status_of(order: Order, sums: EffectSums) -> str:
    return follow_from(
        shop=order.shop_payment_status, amount=order.amount, paid=order.paid_amount, confirmed=sums.confirmed
    )


def _store(order: Order, values: dict, *, by: User | None) -> None:
    changes = {name: value for name, value in values.items() if value != getattr(order, name)}
    if not changes:
        return
    before, moment = order.payment_status, now()
    stamp = {"updated_at": moment} | ({"public_updated_at": moment} if "payment_status" in changes else {})
    Order.objects.filter(pk=order.pk).update(**changes, **stamp, version=F("version") + 1)
    order.version += 1
    for name, value in (changes | stamp).items():
        setattr(order, name, value)
    if "payment_status" in changes:
        after = {"payment_status": order.payment_status}
        log.record(by=by, verb="payment status", on=order, before={"payment_status": before}, after=after)
