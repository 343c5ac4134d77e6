"""An agent leaves and gives their work back."""

from support_management.disputes.models import Dispute
from support_management.events.each import each
from support_management.people.models import User
from support_management.routing import handover
from support_management.routing.handing import Why, hand, key_of
from support_management.tickets.models import Ticket
from support_management.tickets.queries import WORK_ORDER

REASON = "returned"


def return_work(user: int, by: User) -> int:
    """Put the open work of theirs that counts as load back for everybody, with a note each. How much that was."""
    tickets = Ticket.objects.filter(assignee=user, is_open=True, units__gt=0).order_by(*WORK_ORDER)
    cases = Dispute.objects.filter(assignee=user, is_open=True, units__gt=0).order_by("next_due_at", "pk")
    rows = [*tickets, *cases.select_related("order")]
    notes = handover.notes(rows)

    def put_back(row: Ticket | Dispute) -> str:
        hand(key_of(row), to=None, by=by, why=Why("released", REASON, notes[key_of(row)]))
        return "back in the queue."

    return sum(one.done for one in each(rows, put_back))
