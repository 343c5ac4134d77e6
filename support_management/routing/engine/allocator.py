"""Agents during planning: the best candidate for each piece of work while loads grow. Pure: values in, values out.

Loads only grow, so the rank of an agent for a group of work only falls: one heap per group finds the best agent
without comparing all of them, and a full agent is removed for good.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from heapq import heapify, heappop, heappush, heapreplace

from support_management.routing.engine import eligibility
from support_management.routing.engine.ranking import rank
from support_management.routing.engine.types import Agent, Refusal, Work

Group = tuple
WorkKey = tuple[str, int]


def key(work: Work) -> WorkKey:
    """Kind and id, unique for each piece of work."""
    return work.kind, work.id


def group_of(work: Work) -> Group:
    """Work of one group has the same eligible agents and the same refusals; only affinity may differ."""
    return work.kind, work.units, work.website, work.needs, work.owner, work.avoid


class Allocator:
    """Agents by id (`agents`), each with the load of the work that was assigned so far."""

    def __init__(self, agents: Iterable[Agent], *, now: datetime) -> None:
        self.agents = {agent.id: agent for agent in agents}
        self._at = now
        self._heaps: dict[Group, list[tuple]] = {}
        self._eligible: dict[Group, frozenset[int]] = {}
        self._lasting_refusals: dict[Group, tuple[Refusal, ...]] = {}
        self._refusals: dict[Group, tuple[int, tuple[Refusal, ...]]] = {}
        self._released_units: dict[int, int] = {}
        self._assignments = 0

    def best(self, work: Work) -> Agent | None:
        """The best eligible agent with free capacity, or None."""
        return next(iter(self.first(work, 1)), None)

    def first(self, work: Work, count: int) -> list[Agent]:
        """Up to `count` best candidates in order: agents with affinity first."""
        owner = self._owner(work)
        heap = self._heap(work)
        familiar = [self.agents[pk] for pk in work.knows & self._eligible[group_of(work)]]
        fitting = [agent for agent in familiar if self._can_take(work, agent, owner)]
        candidates = sorted(fitting, key=lambda agent: rank(work, agent))[:count]
        popped: list[tuple] = []
        while len(candidates) < count and (top := self._top(work, heap)) is not None:
            popped.append(heappop(heap))
            if top.id not in work.knows:
                if not self._can_take(work, top, owner):
                    break  # not even the least loaded agent is a gain
                candidates.append(top)
        for entry in popped:
            heappush(heap, entry)
        return candidates

    def assign(self, work: Work, agent_id: int) -> None:
        """Count the units of the work for the agent and no longer for the previous owner."""
        agent = self.agents[agent_id]
        loads = {**agent.loads, work.kind: agent.loads.get(work.kind, 0) + work.units}
        last = max(self._at, agent.last_assigned_at or self._at)
        self.agents[agent_id] = replace(agent, load=agent.load + work.units, loads=loads, last_assigned_at=last)
        self._assignments += 1
        if work.owner is not None:
            self._released_units[work.owner] = self._released_units.get(work.owner, 0) + work.units

    def refusals(self, work: Work) -> tuple[Refusal, ...]:
        """The refusal of each agent who is not eligible now."""
        group = group_of(work)
        self._heap(work)
        cached = self._refusals.get(group)
        if cached is not None and cached[0] == self._assignments:
            return cached[1]
        owner = self._owner(work)
        refusals = []
        for pk in self._eligible[group]:
            agent = self.agents[pk]
            reason = eligibility.load_reason(work, agent, owner)
            if reason:
                refusals.append(eligibility.refusal_for(agent, reason))
        result = (*self._lasting_refusals[group], *sorted(refusals, key=lambda refusal: refusal.agent))
        self._refusals[group] = (self._assignments, result)
        return result

    def _can_take(self, work: Work, agent: Agent, owner: Agent | None) -> bool:
        return eligibility.load_reason(work, agent, owner) is None

    def _owner(self, work: Work) -> Agent | None:
        """The current owner with the load that is left to them, or None unless they can keep the work."""
        owner = self.agents.get(work.owner) if work.owner is not None else None
        if owner is None or not eligibility.can_keep(work, owner):
            return None
        return replace(owner, load=owner.load - self._released_units.get(owner.id, 0))

    def _heap(self, work: Work) -> list[tuple]:
        group = group_of(work)
        if group not in self._heaps:
            reasons = [(agent, eligibility.lasting_reason(work, agent)) for agent in self.agents.values()]
            eligible = [agent for agent, reason in reasons if reason is None]
            self._lasting_refusals[group] = tuple(
                eligibility.refusal_for(agent, reason) for agent, reason in reasons if reason
            )
            self._eligible[group] = frozenset(agent.id for agent in eligible)
            self._heaps[group] = [_entry(work, agent) for agent in eligible]
            heapify(self._heaps[group])
        return self._heaps[group]

    def _top(self, work: Work, heap: list[tuple]) -> Agent | None:
        """The best agent with free capacity, after outdated heap entries are replaced."""
        while heap:
            agent = self.agents[heap[0][-1]]
            if eligibility.capacity_reason(work, agent):
                heappop(heap)
            elif (entry := _entry(work, agent)) != heap[0]:
                heapreplace(heap, entry)
            else:
                return agent
        return None


def _entry(work: Work, agent: Agent) -> tuple:
    return rank(work, agent)[1:]
