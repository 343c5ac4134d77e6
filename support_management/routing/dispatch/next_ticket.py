"""Next ticket: an agent claims the best waiting ticket of the automatic and pull queues."""

from dataclasses import replace

from support_management.core.errors import Conflict, NotAllowed, NotFound
from support_management.core.time import now
from support_management.people.models import SupportProfile, User
from support_management.people.viewer import viewer_of
from support_management.routing.engine.ranking import Agent, Work, choose
from support_management.routing.engine.work_order import next_for
from support_management.routing.inputs import backlog, snapshot
from support_management.routing.models import AssignmentDecision
from support_management.routing.record.decisions import AppliedDecision
from support_management.tickets import ownership
from support_management.tickets.models import Ticket

CONSIDERED = 200
"""Maximum waiting tickets considered, in work order."""
_RETRY_CODES = frozenset({"taken", "not_open", "stale", "no_room", "not_found"})
"""Refusals after which the next ticket is tried; taken by another agent a while ago it is not found."""


def take_next(*, by: User) -> Ticket:
    """Claim the best next ticket for this agent, who need not be available.

    NotAllowed not_an_agent; Conflict not_active; Conflict nothing_next with the reason: no free capacity, an empty
    queue, or no ticket that the agent is eligible for.
    """
    agent = _current_agent(by)
    works = {item.work.id: item.work for item in snapshot.work_items(backlog.tickets_for(viewer_of(by), CONSIDERED))}
    refused = _no_capacity(agent) or (_empty_queue() if not works else None)
    while works and refused is None:
        work = next_for(agent, works.values(), now=now())
        if work is None:
            refused = _not_eligible(agent, works)
            break
        ticket = _claim(work, agent, by)
        if ticket is not None:
            return ticket
        del works[work.id]  # claimed by another agent meanwhile
        agent = _current_agent(by)
        refused = _no_capacity(agent)
    raise refused or _empty_queue()


def _claim(work: Work, agent: Agent, by: User) -> Ticket | None:
    decision = choose(work, [agent])
    try:
        return ownership.claim(
            ticket=work.id, by=by, decision=AppliedDecision(decision, AssignmentDecision.Trigger.NEXT)
        )
    except (Conflict, NotFound) as refusal:
        if refusal.code in _RETRY_CODES:
            return None
        raise


def _current_agent(by: User) -> Agent:
    """The agent with current load, treated as available."""
    agents = snapshot.agents([by.pk]) if by.is_agent else []
    if not agents:
        raise NotAllowed("not_an_agent", "Only agents and team leads can be assigned work.")
    [agent] = agents
    if agent.why_not in (SupportProfile.Status.SUSPENDED, SupportProfile.Status.INACTIVE):
        raise Conflict("not_active", f"{by} is {agent.why_not} and can't be assigned work.")
    return replace(agent, available=True, why_not="")


def _no_capacity(agent: Agent) -> Conflict | None:
    if agent.load < agent.capacity:
        return None
    return Conflict("nothing_next", f"No free capacity: {agent.load} of {agent.capacity} units in use.")


def _empty_queue() -> Conflict:
    return Conflict("nothing_next", "There are no tickets in the queue.")


def _not_eligible(agent: Agent, works: dict[int, Work]) -> Conflict:
    first = next(iter(works.values()))
    why = choose(first, [agent]).refusals[0].text
    return Conflict(
        "nothing_next", f"You are not eligible for any waiting ticket. First in the queue: {why[:1].lower()}{why[1:]}."
    )
