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


DISPUTABLE = ("in_progress", "paused", "on_hold", "submitted", "in_revision", "completed")
"""Statuses in which a dispute can be opened: it makes the order disputed, and its outcome moves the order on."""
OPEN = ("pending_payment", "in_progress", "paused", "on_hold", "submitted", "in_revision", "disputed")
"""Statuses of an order that is not at its end."""
HOLDABLE = ("in_progress", "submitted", "in_revision")
RESTORABLE = ("cancelled", "on_hold", "paused", "completed")
MOVES: dict[str, frozenset[str]] = {
    "pending_payment": frozenset({"in_progress", "cancelled"}),
    "in_progress": frozenset({"paused", "on_hold", "submitted", "cancelled"}),
    "paused": frozenset({"in_progress", "cancelled"}),
    "on_hold": frozenset({"in_progress", "cancelled"}),
    "submitted": frozenset({"in_revision", "completed", "on_hold", "cancelled"}),
    "in_revision": frozenset({"submitted", "on_hold", "cancelled"}),
    "completed": frozenset({"in_progress", "in_revision", "refunded"}),
    "cancelled": frozenset({"in_progress", "refunded"}),
    "disputed": frozenset({"in_progress", "completed", "cancelled", "refunded"}),
    "refunded": frozenset(),
}
"""Changes that support can make, by an action (`way`) or without one; no dispute about the order is open."""


def way(before: str, after: str) -> str:
    """The action of `order_management` that makes this move, since it takes a reason; empty when none is needed."""
    if after == Status.ON_HOLD:
        return "hold"
    if after == Status.CANCELLED:
        return "cancel"
    if after == Status.IN_PROGRESS and before in RESTORABLE:
        return "release" if before == Status.ON_HOLD else "restore_to_progress"
    return ""


def check_move(before: str, after: str) -> None:
    """Conflict illegal_move unless MOVES allows the transition."""
    if after not in MOVES[before]:
        raise _illegal_move(before, after)


def check_disputable(before: str) -> None:
    """Conflict illegal_move unless a dispute can be opened about an order in this status."""
    if before not in DISPUTABLE:
        raise _illegal_move(before, Status.DISPUTED)


def _illegal_move(before: str, after: str) -> Conflict:
    names = dict(Status.choices)
    return Conflict("illegal_move", f"An order can't change from {names[before]} to {names.get(after, after)}.")
