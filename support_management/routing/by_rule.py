"""An escalation rule gives work to somebody else: to a lead, or to who carries least."""

from support_management.core.errors import DeskError
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.people import agents
from support_management.people.models import User
from support_management.people.roles import Role
from support_management.people.viewer import viewer_of
from support_management.routing.reassign import available_agents
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.tickets import ownership
from support_management.tickets.models import Ticket

LEAD = EscalationRule.Reassign.LEAD


def reassign(run_id: int) -> str:
    """Who has the work now, in words. It stays where it is when nobody with room is better. Never over capacity."""
    run = EscalationRun.objects.select_related("rule", "clock").get(pk=run_id)
    work = _work(run)
    if work is None:
        return "not reassigned: nobody owns an order"
    if not work.is_open:
        return f"not reassigned: it is {work.get_status_display().lower()}"
    kept = f"kept with {work.assignee}" if work.assignee else "left without an owner"
    if run.rule.reassign == LEAD and work.assignee is not None and work.assignee.role == Role.LEAD:
        return f"{kept}, a lead"
    for person in _candidates(run.rule.reassign, work):
        try:
            _give(work, person, f"rule {run.rule.name}"[:80])
        except DeskError:
            continue  # no room after all: the next one
        return f"given to {person}"
    return f"{kept}: nobody else has room"


def _work(run: EscalationRun) -> Ticket | Dispute | None:
    if run.clock.ticket_id:
        return Ticket.objects.select_related("assignee").get(pk=run.clock.ticket_id)
    if run.clock.dispute_id:
        return Dispute.objects.select_related("assignee", "order").get(pk=run.clock.dispute_id)
    return None


def _candidates(whom: str, work: Ticket | Dispute) -> list[User]:
    """Who is there first, the least loaded before; a lead is called even when away."""
    there = [one for one in available_agents() if viewer_of(one).serves(work.website_id)]
    if whom == LEAD:
        leads = list(agents.owners_of(work.website_id).filter(role=Role.LEAD))
        there = [one for one in there if one in leads]
        there += [one for one in leads if one not in there]
    return [one for one in there if one.pk != work.assignee_id]


def _give(work: Ticket | Dispute, person: User, reason: str) -> None:
    if isinstance(work, Ticket):
        ownership.assign(ticket=work.pk, to=person, by=None, reason=reason)
    else:
        lifecycle.assign(dispute=work.pk, to=person, by=None, reason=reason)
