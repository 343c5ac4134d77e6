"""The money that goes back when a payment issue is resolved."""

from support_management.core.money import amount_of
from support_management.orders.models import Order
from support_management.orders.money import effects
from support_management.orders.money.models import Cause, Kind
from support_management.payment_issues.models import PaymentIssueLog
from support_management.payment_issues.status import IssueType
from support_management.people.models import User


def give_back(row: PaymentIssueLog, order: Order, amount, *, by: User) -> None:
    """What goes back to the client, or by the bank after a chargeback. The order is locked. Conflict too_much."""
    sum_ = amount_of(amount, order.currency, field="amount") if amount not in (None, "") else None
    if not sum_:
        return
    kind = Kind.CHARGEBACK_ACCEPTED if row.issue_type == IssueType.CHARGEBACK else effects.refund_kind(order, sum_)
    cause = Cause.PAYMENT_ISSUE
    purpose = effects.Purpose(kind=kind, recipient=order.client, cause=cause, payment_issue_id=row.pk)
    effects.decide(order, sum_, purpose, by=by)
