"""Types and statuses of a payment issue, and which status may follow which."""

from django.db.models import TextChoices

from support_management.core.errors import Conflict


class Status(TextChoices):
    PENDING = "pending", "Pending"
    ESCALATED = "escalated", "Escalated"
    RESOLVED = "resolved", "Resolved"


class IssueType(TextChoices):
    UNPAID_ORDER = "unpaid_order", "Unpaid order"
    OVERPAYMENT = "overpayment", "Overpayment"
    UNDERPAYMENT = "underpayment", "Underpayment"
    REFUND_REQUEST = "refund_request", "Refund request"
    CHARGEBACK = "chargeback", "Chargeback"
    FAILED_PAYMENT = "failed_payment", "Failed payment"


OPEN = ("pending", "escalated")
MISSING = (IssueType.UNPAID_ORDER.value, IssueType.UNDERPAYMENT.value, IssueType.FAILED_PAYMENT.value)
"""Types in which less was received than was expected."""
CLAIMED = (IssueType.REFUND_REQUEST.value, IssueType.CHARGEBACK.value)
"""Types in which somebody wants back a part of what was received."""
MOVES: dict[str, frozenset[str]] = {
    "pending": frozenset({"escalated", "resolved"}),
    "escalated": frozenset({"resolved"}),
    "resolved": frozenset(),
}


def check_move(before: str, after: str) -> None:
    """Conflict illegal_move unless MOVES allows it."""
    if after not in MOVES[before]:
        names = dict(Status.choices)
        raise Conflict("illegal_move", f"A payment issue can't change from {names[before]} to {names[after]}.")
