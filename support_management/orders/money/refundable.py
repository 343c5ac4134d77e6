"""How much of what was paid for an order can still be decided about. Every path that moves money asks here."""

from decimal import Decimal

from support_management.core.errors import Conflict
from support_management.core.money import amount_text, money_text
from support_management.orders.models import Order
from support_management.orders.status import PaymentStatus


def refundable(order: Order) -> Decimal:
    """What is left of what was paid, never below 0. It is only sure while the caller holds the order's lock."""
    if order.shop_payment_status == PaymentStatus.REFUNDED:
        return Decimal(0)
    return max(order.paid_amount - given(order) - held(order), Decimal(0))


def given(order: Order) -> Decimal:
    """What money effects give back: asked for, decided, sent, confirmed, and what was confirmed without a decision."""
    return order.committed_amount + order.undecided_amount


def held(order: Order) -> Decimal:
    """What an open chargeback holds (`payment_issues.holds`): the bank may take it."""
    return order.held_amount


def require_refundable(order: Order, amount: Decimal) -> None:
    """Conflict too_much, which names what is left. The caller holds the order's lock."""
    left = refundable(order)
    if amount > left:
        sentence = f"Only {money_text(left, order.currency)} of what was paid for this order is left."
        raise Conflict("too_much", sentence, field="amount", extra={"left": amount_text(left, order.currency)})


def is_fully_refunded(order: Order, refund: Decimal = Decimal(0)) -> bool:
    """Whether all that was paid goes back, together with this refund."""
    return refund + given(order) >= order.paid_amount > 0
