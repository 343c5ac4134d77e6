"""An agent leaves and gives their work back."""

from support_management.core.errors import DeskError
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.people.models import User
from support_management.tickets import ownership
from support_management.tickets.models import Ticket
from support_management.tickets.queries import WORK_ORDER


def return_work(user: int, by: User) -> int:
    """Put the open work of theirs that counts as load back for everybody, each piece by itself. Returns how many."""
    returned = 0
    tickets = Ticket.objects.filter(assignee=user, is_open=True, units__gt=0).order_by(*WORK_ORDER)
    for pk in list(tickets.values_list("pk", flat=True)):
        returned += _tried(lambda pk=pk: ownership.release(ticket=pk, by=by, reason="returned"))
    disputes = Dispute.objects.filter(assignee=user, is_open=True, units__gt=0).order_by("next_due_at", "pk")
    for pk in list(disputes.values_list("pk", flat=True)):
        returned += _tried(lambda pk=pk: lifecycle.assign(dispute=pk, to=None, by=by, reason="returned"))
    return returned


def _tried(give_back) -> bool:
    try:
        give_back()
    except DeskError:
        return False  # decided, or somebody else's since
    return True
