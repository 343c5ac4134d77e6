"""One piece of work gets the best owner there is: choose, apply, and choose again when somebody was first."""

from collections.abc import Callable
from dataclasses import replace

from support_management.core.errors import DeskError
from support_management.disputes.models import Dispute
from support_management.people.models import User
from support_management.people.owner_changes import TransferReason
from support_management.routing.engine.ranking import Decision, choose
from support_management.routing.inputs import backlog, snapshot
from support_management.routing.inputs.snapshot import WorkItem
from support_management.routing.models import AssignmentDecision
from support_management.routing.record import decisions
from support_management.routing.record.decisions import AppliedDecision
from support_management.routing.transfer.transfer import hand
from support_management.tickets.models import Ticket

TRIES = 5
BY_ROUTING = TransferReason("assigned")
Trigger = AssignmentDecision.Trigger


def route_ticket(pk: int, trigger: str = Trigger.ARRIVAL) -> Decision | None:
    """Give a ticket that waits in an automatic queue to the best agent. None: it does not wait there any more."""
    return _route(lambda: list(backlog.ticket(pk)), trigger)


def route_dispute(pk: int, trigger: str = Trigger.ARRIVAL) -> Decision | None:
    """The same for a dispute, where rules hand disputes out."""
    return _route(lambda: list(backlog.disputes().filter(pk=pk)), trigger)


def preview(row: Ticket | Dispute) -> Decision:
    """Who would get it now, and why not the others. Nothing is stored; whose it is does not count."""
    [case] = snapshot.cases([_as_read(row)])
    return choose(case.work, snapshot.agents())


def give(case: WorkItem, decision: Decision, trigger: str, why: TransferReason = BY_ROUTING) -> bool:
    """Apply the decision. False: nobody was chosen, or the work or the chosen one is not as it was any more."""
    if decision.chosen is None:
        return False
    to = User.objects.get(pk=decision.chosen.agent)
    try:
        why = replace(why, decision=AppliedDecision(decision, trigger))
        hand(case.key, to=to, by=None, why=why, version=case.version, within_capacity=True)
    except DeskError:
        return False
    return True


def _route(read: Callable[[], list], trigger: str) -> Decision | None:
    for _ in range(TRIES):
        rows = read()
        if not rows:
            return None
        [case] = snapshot.cases(rows)
        decision = choose(case.work, snapshot.agents())
        if decision.chosen is None:
            decisions.unplaced([decision], trigger)
            return decision
        if give(case, decision, trigger):
            return decision
    return None


def _as_read(row: Ticket | Dispute) -> Ticket | Dispute:
    """With what cases are made of."""
    return (snapshot.read_tickets() if isinstance(row, Ticket) else snapshot.read_disputes()).get(pk=row.pk)
