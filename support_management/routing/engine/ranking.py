"""The best agent for a piece of work. Pure: no database, no settings, no clock.

`eligibility` decides who is eligible. Candidates are ranked by: affinity to the customer, order or dispute; lowest
relative load after the assignment; higher skill; longest time since the last assignment; lower id.
"""

from collections.abc import Iterable, Sequence

from support_management.routing.engine import eligibility
from support_management.routing.engine.types import Agent, Candidate, Decision, Need, Refusal, Work

__all__ = ["Agent", "Candidate", "Decision", "Need", "Refusal", "Work", "choose", "rank"]

HISTORY, ROOM, SKILL = 50, 40, 10
"""Maximum points of affinity, free capacity and skill, in the order in which they decide."""


def choose(work: Work, agents: Iterable[Agent]) -> Decision:
    """The best agent for this work, all candidates, and the refusals of the others.

    An owner who can keep the work is replaced only by a clearly less loaded agent; otherwise nobody is chosen.
    """
    people = list(agents)
    owner = next((agent for agent in people if eligibility.can_keep(work, agent)), None)
    verdicts = [(agent, eligibility.refusal(work, agent, owner)) for agent in people]
    eligible = sorted((agent for agent, refusal in verdicts if refusal is None), key=lambda agent: rank(work, agent))
    candidates = candidates_of(work, eligible)
    refusals = tuple(refusal for _, refusal in verdicts if refusal is not None)
    return Decision(work=work, chosen=next(iter(candidates), None), candidates=candidates, refusals=refusals)


def rank(work: Work, agent: Agent) -> tuple:
    """Sort key of agents for this work, the best first. No two are equal."""
    last = agent.last_assigned_at
    since = last.timestamp() if last is not None else float("-inf")
    return agent.id not in work.knows, eligibility.load_after(work, agent), -skill(work, agent), since, agent.id


def skill(work: Work, agent: Agent) -> int:
    """Sum of the agent's levels in the required skills; 0 when none is required."""
    return sum(agent.skills.get(need.specialization, 0) for need in work.needs)


def candidates_of(work: Work, ranked: Sequence[Agent]) -> tuple[Candidate, ...]:
    """Candidates with their points, in the given order. The score never rises from one to the next."""
    candidates: list[Candidate] = []
    for agent in ranked:
        candidates.append(_candidate(work, agent, at_most=candidates[-1].score if candidates else 100))
    return tuple(candidates)


def _candidate(work: Work, agent: Agent, *, at_most: int) -> Candidate:
    knows = agent.id in work.knows
    history = HISTORY if knows else 0
    room = int(ROOM * max(0.0, 1 - eligibility.load_after(work, agent)))
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
