"""Agents while work is given out: who is best now, who is full. Values in, values out.

Loads only grow, so an agent's place in the order of a sort of work only falls: a heap per sort finds the best one
without asking all, and who is full once is not asked again.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from heapq import heapify, heappop, heappush, heapreplace

from support_management.routing.engine import eligibility
from support_management.routing.engine.ranking import rank
from support_management.routing.engine.types import Agent, Refusal, Work

Sort = tuple
WorkKey = tuple[str, int]


def key(work: Work) -> WorkKey:
    """What tells work apart: kind and id."""
    return work.kind, work.id


def sort_of(work: Work) -> Sort:
    """Work of one sort can be taken by the same agents, for the same reasons; only who knows it may differ."""
    return work.kind, work.units, work.website, work.needs, work.owner, work.avoid


class Allocator:
    """The agents as they are (`now`), each with what was given to them meanwhile."""

    def __init__(self, agents: Iterable[Agent], *, now: datetime) -> None:
        self.now = {agent.id: agent for agent in agents}
        self._at = now
        self._heaps: dict[Sort, list[tuple]] = {}
        self._able: dict[Sort, frozenset[int]] = {}
        self._barred: dict[Sort, tuple[Refusal, ...]] = {}
        self._told: dict[Sort, tuple[int, tuple[Refusal, ...]]] = {}
        self._shed: dict[int, int] = {}
        self._given = 0

    def best(self, work: Work) -> Agent | None:
        """Who should have it of those with room, or None."""
        return next(iter(self.first(work, 1)), None)

    def first(self, work: Work, count: int) -> list[Agent]:
        """The best so many, in order: who knows it stands before the others."""
        owner = self._owner(work)
        heap = self._heap(work)
        known = [self.now[pk] for pk in work.knows & self._able[sort_of(work)]]
        fit = [one for one in known if self._takes(work, one, owner)]
        found = sorted(fit, key=lambda one: rank(work, one))[:count]
        popped: list[tuple] = []
        while len(found) < count and (top := self._top(work, heap)) is not None:
            popped.append(heappop(heap))
            if top.id not in work.knows:
                if not self._takes(work, top, owner):
                    break  # the least loaded is no better place, so nobody is
                found.append(top)
        for entry in popped:
            heappush(heap, entry)
        return found

    def give(self, work: Work, agent_id: int) -> None:
        """The agent has it from now on, and a former owner less."""
        agent = self.now[agent_id]
        loads = {**agent.loads, work.kind: agent.loads.get(work.kind, 0) + work.units}
        last = max(self._at, agent.last_assigned_at or self._at)
        self.now[agent_id] = replace(agent, load=agent.load + work.units, loads=loads, last_assigned_at=last)
        self._given += 1
        if work.owner is not None:
            self._shed[work.owner] = self._shed.get(work.owner, 0) + work.units

    def refusals(self, work: Work) -> tuple[Refusal, ...]:
        """Why everybody else cannot take it now."""
        sort = sort_of(work)
        self._heap(work)
        known = self._told.get(sort)
        if known is not None and known[0] == self._given:
            return known[1]
        owner = self._owner(work)
        full = []
        for pk in self._able[sort]:
            agent = self.now[pk]
            reason = eligibility.full(work, agent) or (eligibility.no_better(work, agent, owner) if owner else None)
            if reason:
                full.append(eligibility.refused(agent, reason))
        found = (*self._barred[sort], *sorted(full, key=lambda one: one.agent))
        self._told[sort] = (self._given, found)
        return found

    def _takes(self, work: Work, agent: Agent, owner: Agent | None) -> bool:
        if eligibility.full(work, agent):
            return False
        return owner is None or eligibility.no_better(work, agent, owner) is None

    def _owner(self, work: Work) -> Agent | None:
        """Who has it, with what is left to them, when they could go on with it."""
        owner = self.now.get(work.owner) if work.owner is not None else None
        if owner is None or not eligibility.stays_with(work, owner):
            return None
        return replace(owner, load=owner.load - self._shed.get(owner.id, 0))

    def _heap(self, work: Work) -> list[tuple]:
        sort = sort_of(work)
        if sort not in self._heaps:
            reasons = [(agent, eligibility.standing(work, agent)) for agent in self.now.values()]
            able = [agent for agent, reason in reasons if reason is None]
            self._barred[sort] = tuple(eligibility.refused(agent, reason) for agent, reason in reasons if reason)
            self._able[sort] = frozenset(agent.id for agent in able)
            self._heaps[sort] = [_entry(work, agent) for agent in able]
            heapify(self._heaps[sort])
        return self._heaps[sort]

    def _top(self, work: Work, heap: list[tuple]) -> Agent | None:
        """Whose entry is the lowest once it says how they stand now."""
        while heap:
            agent = self.now[heap[0][-1]]
            if eligibility.full(work, agent):
                heappop(heap)
            elif (entry := _entry(work, agent)) != heap[0]:
                heapreplace(heap, entry)
            else:
                return agent
        return None


def _entry(work: Work, agent: Agent) -> tuple:
    return rank(work, agent)[1:]
