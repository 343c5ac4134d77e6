"""Ticket statuses and their legal transitions."""

from django.db.models import TextChoices

from support_management.core.errors import Conflict, Invalid


class Status(TextChoices):
    NEW = "new", "New"
    OPEN = "open", "Open"
    PENDING = "pending", "Pending"
    ON_HOLD = "on_hold", "On hold"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


MOVES: dict[str, frozenset[str]] = {
    "new": frozenset({"open", "pending", "on_hold", "resolved"}),
    "open": frozenset({"pending", "on_hold", "resolved"}),
    "pending": frozenset({"open", "on_hold", "resolved"}),
    "on_hold": frozenset({"open", "pending", "resolved"}),
    "resolved": frozenset({"open", "closed"}),
    "closed": frozenset(),  # a follow-up ticket is linked instead
}
IS_OPEN = ("new", "open", "pending", "on_hold")
COUNTS_AS_LOAD = frozenset({"new", "open"})
WAITS_FOR_REQUESTER = frozenset({"pending", "on_hold", "resolved"})


def parse_status(status: object) -> Status:
    """The status with this value. Invalid unknown_status lists the valid ones."""
    if not isinstance(status, str) or status not in Status.values:
        raise Invalid("unknown_status", f"Status must be one of {', '.join(Status.values)}.", field="status")
    return Status(status)


def check_move(before: str, after: str) -> None:
    """Conflict illegal_move unless MOVES allows the transition."""
    if after in MOVES[before]:
        return
    if before == "closed":
        raise Conflict("illegal_move", "This ticket is closed. Open a follow-up ticket instead.")
    names = dict(Status.choices)
    raise Conflict("illegal_move", f"A ticket can't change from {names[before]} to {names.get(after, after)}.")


def sentence(before: str, after: str) -> str:
    """The timeline text of a status change."""
    names = dict(Status.choices)
    return f"Status: {names[before]} → {names[after]}"
