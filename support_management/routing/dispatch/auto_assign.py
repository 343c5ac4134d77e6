"""Assign one piece of work to the best agent, with a new choice when the data has changed meanwhile."""

from collections.abc import Callable
from dataclasses import replace

from support_management.core.errors import DeskError
from support_management.disputes.models import Dispute
from support_management.people.assignment_rules import TransferReason
from support_management.people.models import User
from support_management.routing.engine.ranking import Decision, choose
from support_management.routing.inputs import backlog, snapshot
from support_management.routing.inputs.snapshot import WorkItem
from support_management.routing.models import AssignmentDecision
from support_management.routing.record import decisions
from support_management.routing.record.decisions import AppliedDecision
from support_management.routing.transfer.change_owner import change_owner
from support_management.tickets.models import Ticket

TRIES = 5
"""Attempts before a concurrent change is left to the next sweep."""
BY_ROUTING = TransferReason("assigned")
Trigger = AssignmentDecision.Trigger


def route_ticket(pk: int, trigger: str = Trigger.ARRIVAL) -> Decision | None:
    """Assign a ticket of an automatic queue to the best agent. None: it no longer waits there."""
    return _route(lambda: list(backlog.ticket(pk)), trigger)


def route_dispute(pk: int, trigger: str = Trigger.ARRIVAL) -> Decision | None:
    """Assign a dispute to the best agent. None: it no longer waits, or DISPUTE_MODE is not automatic."""
    return _route(lambda: list(backlog.disputes().filter(pk=pk)), trigger)


def preview(row: Ticket | Dispute) -> Decision:
    """The decision that routing would make now. Nothing is stored."""
    [item] = snapshot.work_items([_with_relations(row)])
    return choose(item.work, snapshot.agents())


def apply(item: WorkItem, decision: Decision, trigger: str, why: TransferReason = BY_ROUTING) -> bool:
    """Apply the decision. False: nobody was chosen, or the work or the chosen agent has changed since."""
    if decision.chosen is None:
        return False
    to = User.objects.get(pk=decision.chosen.agent)
    try:
        why = replace(why, decision=AppliedDecision(decision, trigger))
        change_owner(item.key, to=to, by=None, why=why, version=item.version, within_capacity=True)
    except DeskError:
        return False
    return True


def _route(read: Callable[[], list], trigger: str) -> Decision | None:
    for _ in range(TRIES):
        rows = read()
        if not rows:
            return None
        [item] = snapshot.work_items(rows)
        decision = choose(item.work, snapshot.agents())
        if decision.chosen is None:
            decisions.store_unplaced([decision], trigger)
            return decision
        if apply(item, decision, trigger):
            return decision
    return None


def _with_relations(row: Ticket | Dispute) -> Ticket | Dispute:
    """The row with the relations that `snapshot.work_items` needs."""
    return (snapshot.read_tickets() if isinstance(row, Ticket) else snapshot.read_disputes()).get(pk=row.pk)
