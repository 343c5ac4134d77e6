"""Who should have a piece of work. Values in, values out: no database, no settings, no question of what time it is.

Who can take it is asked in `eligible`. Among those the order is: who knows the requester, order or dispute; the least
relative load after taking it; the better skill; the longest since work came last; the lower id.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from support_management.routing.engine import eligibility
from support_management.routing.engine.types import Agent, Candidate, Decision, Need, Refusal, Work

__all__ = ["Agent", "Candidate", "Decision", "Need", "Refusal", "Work", "choose", "next_for", "rank", "work_order"]

HIGH = 2
"""The rank of high priority: urgent is 1, low is 4."""
STARVE_STEP = timedelta(hours=8)
STARVE_DUE = timedelta(days=3)
HISTORY, ROOM, SKILL = 50, 40, 10
"""The most points of a candidate's parts, in the order in which they decide."""


def choose(work: Work, agents: Iterable[Agent]) -> Decision:
    """The best of all agents for this work, everybody who could take it, and why not the others.

    With an owner who could go on with it nobody is chosen who is not clearly better: then it stays.
    """
    people = list(agents)
    owner = next((one for one in people if eligibility.stays_with(work, one)), None)
    asked = [(one, eligibility.refusal(work, one, owner)) for one in people]
    able = sorted((one for one, no in asked if no is None), key=lambda one: rank(work, one))
    candidates = candidates_of(work, able)
    refusals = tuple(no for _, no in asked if no is not None)
    return Decision(work=work, chosen=next(iter(candidates), None), candidates=candidates, refusals=refusals)


def rank(work: Work, agent: Agent) -> tuple:
    """Sorts agents for this work, the best first. No two are equal."""
    last = agent.last_assigned_at
    since = last.timestamp() if last is not None else float("-inf")
    return agent.id not in work.knows, eligibility.after(work, agent), -skill(work, agent), since, agent.id


def skill(work: Work, agent: Agent) -> int:
    """The agent's levels of all skills asked for, added up; nothing asked: 0 for everybody."""
    return sum(agent.skills.get(need.specialization, 0) for need in work.needs)


def candidates_of(work: Work, able: Sequence[Agent]) -> tuple[Candidate, ...]:
    """In the order given, with their points. The score falls or stays from one to the next."""
    found: list[Candidate] = []
    for agent in able:
        found.append(_candidate(work, agent, at_most=found[-1].score if found else 100))
    return tuple(found)


def _candidate(work: Work, agent: Agent, *, at_most: int) -> Candidate:
    knows = agent.id in work.knows
    history = HISTORY if knows else 0
    room = int(ROOM * max(0.0, 1 - eligibility.after(work, agent)))
    points = SKILL * skill(work, agent) // (5 * len(work.needs)) if work.needs else 0
    return Candidate(
        agent=agent.id,
        name=agent.name,
        load=agent.load,
        capacity=agent.capacity,
        levels=tuple(agent.skills.get(need.specialization, 0) for need in work.needs),
        knows=knows,
        skill=points,
        room=room,
        history=history,
        score=min(at_most, history + room + points),
    )


def work_order(work: Work, *, now: datetime) -> tuple:
    """Sorts work, the most pressing first: priority, then when it falls due, then age, then id.

    Starvation guard: each `STARVE_STEP` of waiting counts one priority higher, at most as high, so that a stream of
    newer work cannot hold up the older for ever; urgent stays what it is, for an emergency goes before patience. What
    has waited for `STARVE_DUE` counts as due since then: otherwise work without a deadline would stay the last of its
    priority however long it waits.
    """
    waited = now - work.created_at
    raised = max(HIGH, work.priority - max(0, waited // STARVE_STEP))
    due = min(work.due_at, work.created_at + STARVE_DUE) if waited >= STARVE_DUE else work.due_at
    return min(work.priority, raised), due, work.created_at, work.id, work.kind


def next_for(agent: Agent, works: Iterable[Work], *, now: datetime) -> Work | None:
    """The first in work order that this agent can take. They ask themselves, so it does not matter what they said."""
    able = (
        one
        for one in works
        if one.owner is None and not (eligibility.fitness(one, agent) or eligibility.full(one, agent))
    )
    return min(able, key=lambda one: work_order(one, now=now), default=None)
