"""Amounts of a payment issue: what was expected, what was received, and what the issue is about."""

from dataclasses import dataclass
from decimal import Decimal

from support_management.core.errors import Invalid
from support_management.core.money import amount_of, money_text
from support_management.orders.models import Order
from support_management.payment_issues.status import CLAIMED, IssueType


@dataclass(frozen=True, slots=True)
class IssueAmounts:
    """The amounts of an issue, as its columns keep them."""

    expected_amount: Decimal
    received_amount: Decimal
    amount: Decimal

    @property
    def columns(self) -> dict[str, Decimal]:
        return {name: getattr(self, name) for name in self.__slots__}


def amounts_of(order: Order, issue_type: str, *, expected=None, received=None, amount=None) -> IssueAmounts:
    """The amounts of an issue: what is not given is what the order says. Invalid bad_amount, no_difference, too_much.

    The difference is computed; only what a client or bank claims back is an amount of its own.
    """
    due = _given(expected, order.amount, order, "expected_amount")
    paid = _given(received, order.paid_amount, order, "received_amount")
    if issue_type in CLAIMED:
        return IssueAmounts(due, paid, _claimed(amount, paid, order))
    if amount not in (None, ""):
        sentence = "The difference is computed. Enter what was expected and received."
        raise Invalid("not_taken", sentence, field="amount")
    difference = paid - due if issue_type == IssueType.OVERPAYMENT else due - paid
    if difference <= 0:
        word = "more" if issue_type == IssueType.OVERPAYMENT else "less"
        sentence = f"Received {money_text(paid, order.currency)} is not {word} than {money_text(due, order.currency)}."
        raise Invalid("no_difference", sentence, field="received_amount")
    return IssueAmounts(due, paid, difference)


def _given(value, otherwise: Decimal, order: Order, field: str) -> Decimal:
    return otherwise if value in (None, "") else amount_of(value, order.currency, field=field)


def _claimed(value, received: Decimal, order: Order) -> Decimal:
    amount = _given(value, received, order, "amount")
    if not amount:
        raise Invalid("bad_amount", "Enter an amount above 0.", field="amount")
    if amount > received:
        sentence = f"Only {money_text(received, order.currency)} was received."
        raise Invalid("too_much", sentence, field="amount")
    return amount
