"""Statuses of a money effect and which may follow which."""

from django.db.models import TextChoices

from support_management.core.errors import Conflict


class State(TextChoices):
    PENDING_APPROVAL = "pending_approval", "Pending approval"
    DECIDED = "decided", "Decided"
    SENT = "sent", "Sent"
    CONFIRMED = "confirmed", "Confirmed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


HOLDING = ("pending_approval", "decided", "sent", "confirmed")
"""What counts against the amount paid; a failed or cancelled effect releases it."""
UNDER_WAY = ("decided", "sent")
"""What the shop has to carry out and confirm."""
MOVES: dict[str, frozenset[str]] = {
    "pending_approval": frozenset({"decided", "cancelled"}),
    "decided": frozenset({"sent", "confirmed", "failed", "cancelled"}),
    "sent": frozenset({"confirmed", "failed"}),
    "confirmed": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}


def check_move(before: str, after: str) -> None:
    """Conflict illegal_move unless MOVES allows it."""
    if after not in MOVES[before]:
        names = dict(State.choices)
        sentence = f"A money effect can't change from {names[before]} to {names[after]}."
        raise Conflict("illegal_move", sentence)
