"""Order statuses and the transitions that support may make."""

from django.db.models import TextChoices

from support_management.core.errors import Conflict


class Status(TextChoices):
    PENDING_PAYMENT = "pending_payment", "Pending payment"
    IN_PROGRESS = "in_progress", "In progress"
    PAUSED = "paused", "Paused"
    ON_HOLD = "on_hold", "On hold"
    SUBMITTED = "submitted", "Submitted"
    IN_REVISION = "in_revision", "In revision"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"
    DISPUTED = "disputed", "Disputed"
    REFUNDED = "refunded", "Refunded"


class PaymentStatus(TextChoices):
    UNPAID = "unpaid", "Unpaid"
    PENDING = "pending", "Pending"
    PAID = "paid", "Paid"
    FAILED = "failed", "Failed"
    PARTIALLY_REFUNDED = "partially_refunded", "Partially refunded"
    REFUNDED = "refunded", "Refunded"


MOVES: dict[str, frozenset[str]] = {
    "pending_payment": frozenset({"in_progress", "cancelled"}),
    "in_progress": frozenset({"paused", "on_hold", "submitted", "cancelled", "disputed"}),
    "paused": frozenset({"in_progress", "on_hold", "cancelled", "disputed"}),
    "on_hold": frozenset({"in_progress", "cancelled", "disputed"}),
    "submitted": frozenset({"in_revision", "completed", "on_hold", "cancelled", "disputed"}),
    "in_revision": frozenset({"submitted", "on_hold", "cancelled", "disputed"}),
    "completed": frozenset({"in_progress", "in_revision", "disputed", "refunded"}),
    "cancelled": frozenset({"in_progress", "refunded"}),
    "disputed": frozenset({"in_progress", "completed", "cancelled", "refunded"}),
    "refunded": frozenset(),
}


def check_move(before: str, after: str) -> None:
    """Conflict illegal_move unless MOVES allows the transition."""
    if after not in MOVES[before]:
        names = dict(Status.choices)
        raise Conflict("illegal_move", f"An order can't change from {names[before]} to {names.get(after, after)}.")
