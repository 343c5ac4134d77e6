"""An escalation rule gives work to somebody else: to a lead, or to whom routing chooses."""

from collections.abc import Iterator
from dataclasses import replace

from support_management.disputes.models import Dispute
from support_management.people import agents
from support_management.people.owner_changes import REASON_LIMIT, TransferReason
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


def reassign(run: EscalationRun) -> str:
    """Who has the work now, in words. It stays where it is when nobody else can take it. Never over capacity."""
    work = _work(run)
    if work is None:
        return "not reassigned: orders have no assignee"
    if not work.is_open:
        return f"not reassigned: already {work.get_status_display().lower()}"
    kept = f"kept with {work.assignee}" if work.assignee else "left unassigned"
    if run.rule.reassign == LEAD and work.assignee is not None and work.assignee.role == Role.LEAD:
        return f"{kept}, a lead"
    [case] = snapshot.cases([work])
    why = TransferReason("rule", f"rule {run.rule.name}"[:REASON_LIMIT], handoff_note.note(work))
    for decision in _decisions(run.rule.reassign, case):
        if auto_assign.give(case, decision, AssignmentDecision.Trigger.RULE, why):
            return f"assigned to {decision.chosen.name if decision.chosen else ''}"
    return f"{kept}: no other agent has free capacity"


def _work(run: EscalationRun) -> Ticket | Dispute | None:
    if run.clock.ticket_id:
        return snapshot.read_tickets().get(pk=run.clock.ticket_id)
    if run.clock.dispute_id:
        return snapshot.read_disputes().get(pk=run.clock.dispute_id)
    return None


def _decisions(whom: str, case: WorkItem) -> Iterator[Decision]:
    """The same decision, with one candidate after another: the next is asked when the first has no room after all.

    A lead is called even when they are not there, after those who are; skills are not asked of leads.
    """
    work, people = case.work, [one for one in snapshot.agents() if one.id != case.work.owner]
    if whom == LEAD:
        leads = set(agents.owners_of(work.website).filter(role=Role.LEAD).values_list("pk", flat=True))
        work, people = replace(work, needs=()), [one for one in people if one.id in leads]
    found = choose(work, people)
    yield from (replace(found, chosen=one) for one in found.candidates)
    if whom == LEAD:
        called = choose(work, [replace(one, available=True, why_not="") for one in people if not one.available])
        yield from (replace(called, chosen=one) for one in called.candidates)
