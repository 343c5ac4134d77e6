"""An agent takes what is next: the best piece of work for them out of what waits in automatic and pull queues."""

from dataclasses import replace

from support_management.core.errors import Conflict, NotAllowed
from support_management.core.time import now
from support_management.people.models import SupportProfile, User
from support_management.people.viewer import viewer_of
from support_management.routing.engine.ranking import Agent, Work, choose, next_for
from support_management.routing.inputs import backlog, snapshot
from support_management.routing.models import AssignmentDecision
from support_management.routing.record.decisions import AppliedDecision
from support_management.tickets import ownership
from support_management.tickets.models import Ticket

LOOKED_AT = 200
"""So much of what waits is looked at, in work order."""
_GONE = frozenset({"taken", "not_open", "stale"})


def take_next(*, by: User) -> Ticket:
    """Claim the best next ticket for this agent. A hand may take work while not available.

    NotAllowed not_an_agent; Conflict nothing_next, with the reason: no room, nothing waits, or nothing that fits.
    """
    agent = _asking(by)
    works = {case.work.id: case.work for case in snapshot.cases(backlog.for_taking(viewer_of(by), LOOKED_AT))}
    refused = _no_room(agent) or (_nothing() if not works else None)
    while works and refused is None:
        work = next_for(agent, works.values(), now=now())
        if work is None:
            refused = _nothing_fits(agent, works)
            break
        taken = _take(work, agent, by)
        if taken is not None:
            return taken
        del works[work.id]  # somebody was first
        agent = _asking(by)
        refused = _no_room(agent)
    raise refused or _nothing()


def _take(work: Work, agent: Agent, by: User) -> Ticket | None:
    decision = choose(work, [agent])
    try:
        return ownership.claim(
            ticket=work.id, by=by, decision=AppliedDecision(decision, AssignmentDecision.Trigger.NEXT)
        )
    except Conflict as refusal:
        if refusal.code in _GONE or refusal.code == "no_room":
            return None
        raise


def _asking(by: User) -> Agent:
    """The agent as they are now, taken for available."""
    found = snapshot.agents([by.pk]) if by.is_agent else []
    if not found:
        raise NotAllowed("not_an_agent", "Only agents and team leads can be assigned work.")
    if found[0].why_not in (SupportProfile.Status.SUSPENDED, SupportProfile.Status.INACTIVE):
        raise Conflict("not_active", f"{by} is {found[0].why_not} and can't be assigned work.")
    return replace(found[0], available=True, why_not="")


def _no_room(agent: Agent) -> Conflict | None:
    if agent.load < agent.capacity:
        return None
    return Conflict("nothing_next", f"No free capacity: {agent.load} of {agent.capacity} units in use.")


def _nothing() -> Conflict:
    return Conflict("nothing_next", "There are no tickets in the queue.")


def _nothing_fits(agent: Agent, works: dict[int, Work]) -> Conflict:
    first = next(iter(works.values()))
    why = choose(first, [agent]).refusals[0].text
    return Conflict(
        "nothing_next", f"You are not eligible for any waiting ticket. First in the queue: {why[:1].lower()}{why[1:]}."
    )
