"""Reassignment by an escalation rule: to a lead, or to the best agent."""

from collections.abc import Iterator
from dataclasses import replace

from support_management.disputes.models import Dispute
from support_management.people import agents
from support_management.people.assignment_rules import REASON_LIMIT, TransferReason
from support_management.people.roles import Role
from support_management.routing.dispatch import auto_assign
from support_management.routing.engine.ranking import Decision, choose
from support_management.routing.inputs import snapshot
from support_management.routing.inputs.snapshot import WorkItem
from support_management.routing.models import AssignmentDecision
from support_management.routing.transfer import handoff_note
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.tickets.models import Ticket

LEAD = EscalationRule.Reassign.LEAD
BY_HAND = {"order": "orders have no assignee", "payment": "payment issues are assigned by people only"}
"""Why work of these kinds is not reassigned."""


def reassign(run: EscalationRun) -> str:
    """Reassign the work of the clock and describe the result. Without an eligible agent the owner keeps it."""
    work = _work(run)
    if work is None:
        return f"not reassigned: {BY_HAND[run.clock.kind]}"
    if not work.is_open:
        return f"not reassigned: already {work.get_status_display().lower()}"
    kept = f"kept with {work.assignee}" if work.assignee else "left unassigned"
    if run.rule.reassign == LEAD and work.assignee is not None and work.assignee.role == Role.LEAD:
        return f"{kept}, a lead"
    [item] = snapshot.work_items([work])
    why = TransferReason("rule", f"rule {run.rule.name}"[:REASON_LIMIT], handoff_note.note(work))
    for decision in _decisions(run.rule.reassign, item):
        if auto_assign.apply(item, decision, AssignmentDecision.Trigger.RULE, why):
            return f"assigned to {decision.chosen.name if decision.chosen else ''}"
    return f"{kept}: no other agent has free capacity"


def _work(run: EscalationRun) -> Ticket | Dispute | None:
    if run.clock.ticket_id:
        return snapshot.read_tickets().get(pk=run.clock.ticket_id)
    if run.clock.dispute_id:
        return snapshot.read_disputes().get(pk=run.clock.dispute_id)
    return None


def _decisions(target: str, item: WorkItem) -> Iterator[Decision]:
    """The decision once per candidate, so that the next one is tried when the first has no capacity left.

    Unavailable leads follow the available ones; leads need no skills.
    """
    work, people = item.work, [agent for agent in snapshot.agents() if agent.id != item.work.owner]
    if target == LEAD:
        leads = set(agents.owners_of(work.website).filter(role=Role.LEAD).values_list("pk", flat=True))
        work, people = replace(work, needs=()), [agent for agent in people if agent.id in leads]
    decision = choose(work, people)
    yield from (replace(decision, chosen=candidate) for candidate in decision.candidates)
    if target == LEAD:
        absent = [replace(agent, available=True, why_not="") for agent in people if not agent.available]
        fallback = choose(work, absent)
        yield from (replace(fallback, chosen=candidate) for candidate in fallback.candidates)
