"""Going offline: the open work of an agent that is due, and its return to the queue."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from support_management.core.time import DUE_SOON, now
from support_management.disputes.models import Dispute
from support_management.events.bulk_action import each
from support_management.people.assignment_rules import TransferReason
from support_management.people.models import User
from support_management.routing.transfer import handoff_note
from support_management.routing.transfer.change_owner import change_owner, key_of
from support_management.tickets.models import Ticket
from support_management.tickets.queries import WORK_ORDER

REASON = "returned"


@dataclass(frozen=True, slots=True)
class DueWork:
    """Counts of an agent's open work, as the boards count it: `late` is overdue, `soon` is due soon.

    `returnable` counts as load: the rest waits for somebody else and stays with the agent.
    """

    tickets: int = 0
    disputes: int = 0
    returnable: int = 0
    late: int = 0
    soon: int = 0

    @property
    def open(self) -> int:
        return self.tickets + self.disputes

    @property
    def in_words(self) -> str:
        """How much is open, by kind: 9 tickets and 1 dispute."""
        counts = {"ticket": self.tickets, "dispute": self.disputes}
        return " and ".join(f"{n} {noun}{'' if n == 1 else 's'}" for noun, n in counts.items() if n)

    @property
    def waiting(self) -> int:
        return self.open - self.returnable

    @property
    def due(self) -> int:
        return self.late + self.soon


def due_work(user_id: int) -> DueWork:
    """Counts of this agent's open work. Two queries."""
    tickets = _counts(Ticket.objects.filter(assignee=user_id))
    disputes = _counts(Dispute.objects.filter(assignee=user_id))
    sums = {name: tickets[name] + disputes[name] for name in ("returnable", "late", "soon")}
    return DueWork(tickets=tickets["open"], disputes=disputes["open"], **sums)


def _counts(rows: QuerySet) -> dict[str, int]:
    moment = now()
    soon = moment + DUE_SOON
    return rows.filter(is_open=True).aggregate(
        open=Count("pk"),
        returnable=Count("pk", filter=Q(units__gt=0)),
        late=Count("pk", filter=Q(next_due_at__lte=moment)),
        soon=Count("pk", filter=Q(next_due_at__gt=moment, next_due_at__lte=soon)),
    )


def return_work(user: int, by: User) -> int:
    """Unassign the open work of this agent that counts as load, with handoff notes. Returns the number of changes."""
    tickets = Ticket.objects.filter(assignee=user, is_open=True, units__gt=0).order_by(*WORK_ORDER)
    disputes = Dispute.objects.filter(assignee=user, is_open=True, units__gt=0).order_by("next_due_at", "pk")
    rows = [*tickets, *disputes.select_related("order")]
    notes = handoff_note.notes(rows)

    def put_back(row: Ticket | Dispute) -> str:
        change_owner(key_of(row), to=None, by=by, why=TransferReason("released", REASON, notes[key_of(row)]))
        return "unassigned."

    return sum(outcome.done for outcome in each(rows, put_back))
