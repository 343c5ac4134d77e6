"""What open chargebacks hold of an order: it can't go back to the client by another way. Kept on the order's row."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction

from support_management.core.locking import lock
from support_management.orders import actions
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.payment_issues.status import IssueType


def settle(order: Order) -> None:
    """After a change of payment issues: what is held, on the row too. The order is locked."""
    held = _sums(order=order.pk)[order.pk]
    if held != order.held_amount:
        actions.store(order, held_amount=held)


def differences() -> Iterator[tuple[int, str]]:
    """Ids of orders that hold another amount than their open chargebacks, and what is wrong. Reads only."""
    sums = _sums()
    stored = dict(Order.objects.exclude(held_amount=0).values_list("pk", "held_amount"))
    for pk in sorted(sums.keys() | stored.keys()):
        held = stored.get(pk, Decimal(0))
        if sums[pk] != held:
            yield pk, f"held_amount is {held}, its chargebacks say {sums[pk]}"


def repair() -> None:
    """After writes without a capability: the amounts as they follow."""
    for order_id in [pk for pk, _ in differences()]:
        with transaction.atomic():
            settle(lock(Order, order_id))


def _sums(**issues) -> dict[int, Decimal]:
    rows = PaymentIssueLog.objects.filter(issue_type=IssueType.CHARGEBACK, is_open=True, **issues)
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for order_id, amount in rows.order_by().values_list("order", "amount"):
        sums[order_id] += amount
    return sums
