"""Change the owner of work, with the same call for tickets and disputes."""

from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.people.assignment_rules import TransferReason
from support_management.people.models import User
from support_management.tickets import ownership
from support_management.tickets.models import Ticket

WorkKey = tuple[str, int]
"""Kind (ticket or dispute) and primary key of a piece of work."""


def key_of(row: Ticket | Dispute) -> WorkKey:
    return ("ticket" if isinstance(row, Ticket) else "dispute"), row.pk


def change_owner(
    key: WorkKey,
    *,
    to: User | None,
    by: User | None,
    why: TransferReason,
    version: int | None = None,
    within_capacity: bool | None = None,
) -> None:
    """Assign the work to an agent, or unassign it (None). Errors are those of `ownership` and `lifecycle`."""
    kind, pk = key
    if kind == "ticket":
        ownership.assign(ticket=pk, to=to, by=by, why=why, version=version, within_capacity=within_capacity)
    else:
        lifecycle.assign(dispute=pk, to=to, by=by, why=why, version=version, within_capacity=within_capacity)
