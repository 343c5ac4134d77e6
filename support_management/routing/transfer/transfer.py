"""Work of either kind goes from hand to hand: the same call for a ticket and a dispute."""

from dataclasses import dataclass
from typing import Any

from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.people.models import User
from support_management.tickets import ownership
from support_management.tickets.models import Ticket

REASON_LIMIT = 80
WorkKey = tuple[str, int]
"""Kind (ticket or dispute) and key of a piece of work."""


@dataclass(frozen=True, slots=True)
class TransferReason:
    """Why work changes hands: a word of ReassignmentLog.Cause, a sentence, what whoever takes over should know."""

    cause: str
    reason: str = ""
    note: str = ""


def key_of(row: Ticket | Dispute) -> WorkKey:
    return ("ticket" if isinstance(row, Ticket) else "dispute"), row.pk


def hand(
    key: WorkKey,
    *,
    to: User | None,
    by: User | None,
    why: TransferReason,
    version: int | None = None,
    within_capacity: bool | None = None,
) -> None:
    """Give it to an agent, or back to everybody. Errors are those of `ownership` and `lifecycle`."""
    kind, pk = key
    facts: dict[str, Any] = {"to": to, "by": by, "version": version, "within_capacity": within_capacity}
    facts |= {"reason": why.reason, "cause": why.cause, "note": why.note}
    if kind == "ticket":
        ownership.assign(ticket=pk, **facts)
    else:
        lifecycle.assign(dispute=pk, **facts)
