"""An agent signs off: what is due while they are gone, and how their work goes back to the queue."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from support_management.core.time import DUE_SOON, now
from support_management.disputes.models import Dispute
from support_management.events.bulk_action import each
from support_management.people.models import User
from support_management.people.owner_changes import TransferReason
from support_management.routing.transfer import handoff_note
from support_management.routing.transfer.transfer import hand, key_of
from support_management.tickets.models import Ticket
from support_management.tickets.queries import WORK_ORDER

REASON = "returned"


@dataclass(frozen=True, slots=True)
class DueWork:
    """Pieces of open work of an agent: all that count as load, and of them what is late or falls due soon.

    `disputes` is how many of the open ones are disputes.
    """

    open: int = 0
    late: int = 0
    soon: int = 0
    disputes: int = 0

    @property
    def due(self) -> int:
        return self.late + self.soon


def owing(user_id: int) -> DueWork:
    """Two statements."""
    tickets = _of(Ticket.objects.filter(assignee=user_id))
    return _plus(tickets, _of(Dispute.objects.filter(assignee=user_id)))


def _of(rows: QuerySet) -> DueWork:
    moment = now()
    soon = moment + DUE_SOON
    counts = rows.filter(is_open=True).aggregate(
        open=Count("pk", filter=Q(units__gt=0)),
        late=Count("pk", filter=Q(next_due_at__lte=moment)),
        soon=Count("pk", filter=Q(next_due_at__gt=moment, next_due_at__lte=soon)),
    )
    return DueWork(**counts)


def _plus(tickets: DueWork, disputes: DueWork) -> DueWork:
    return DueWork(
        open=tickets.open + disputes.open,
        late=tickets.late + disputes.late,
        soon=tickets.soon + disputes.soon,
        disputes=disputes.open,
    )


def return_work(user: int, by: User) -> int:
    """Put the open work of theirs that counts as load back for everybody, with a note each. How much that was."""
    tickets = Ticket.objects.filter(assignee=user, is_open=True, units__gt=0).order_by(*WORK_ORDER)
    cases = Dispute.objects.filter(assignee=user, is_open=True, units__gt=0).order_by("next_due_at", "pk")
    rows = [*tickets, *cases.select_related("order")]
    notes = handoff_note.notes(rows)

    def put_back(row: Ticket | Dispute) -> str:
        hand(key_of(row), to=None, by=by, why=TransferReason("released", REASON, notes[key_of(row)]))
        return "unassigned."

    return sum(one.done for one in each(rows, put_back))
