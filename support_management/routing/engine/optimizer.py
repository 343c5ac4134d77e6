"""Who takes which of the work that is taken: at the least cost in all. Values in, values out.

The cost of a unit is its owner's relative load with it, so that load spreads; a piece of work costs more with somebody
who is less skilled in what it asks for, or does not know what others know. What is taken stays taken. Work that may
only go to a clearly better place keeps the one it found, and so does all work of the agents concerned.
"""

from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import Any

from support_management.routing.engine import eligibility
from support_management.routing.engine.allocator import WorkKey, key, sort_of
from support_management.routing.engine.ranking import skill
from support_management.routing.engine.types import Agent, Work

HANDFUL = 6
"""Up to so many pieces of work swaps are enough."""
UNSKILLED, UNKNOWING = 0.5, 2.0
"""Cost of work with somebody who has no level of what it asks for (5 costs nothing), or who does not know it."""
CELLS = 1_000_000
"""Numbers in one question to the solver, at most; longer lists are asked in parts, each with the others as they are."""
SWAPS = 300_000
"""Exchanges that are weighed without a solver, at most."""

Assignments = dict[WorkKey, int]
Solver = Callable[[list[list[float]]], Sequence[int]]
"""Costs by row and column (inf: impossible) to the column of each row, no column twice, at the least sum."""


def improved(
    works: Sequence[Work], taken: Assignments, agents: Sequence[Agent], *, solver: Solver | None = None
) -> Assignments:
    """The same work with the same agents, at a cost that is lower or the same. Nobody goes over capacity."""
    found = dict(taken)
    table = CostTable(agents)
    still = _still(works, found, table)
    free = [one for one in works if one.units and found[key(one)] not in still]
    solver = (solver or scipys()) if len(free) > HANDFUL else None
    for group in _groups(free):
        if solver is None:
            _swap(group, found, table)
        else:
            _solve(group, works, found, table, still, solver)
    return found


def cost(works: Sequence[Work], taken: Assignments, agents: Sequence[Agent]) -> float:
    """Of all of it: each unit's relative load, and each piece with whom it is."""
    table, loads = CostTable(agents), {agent.id: agent.load for agent in agents}
    total = 0.0
    for work in works:
        agent = table.agents[taken[key(work)]]
        for _ in range(work.units):
            loads[agent.id] += 1
            total += loads[agent.id] / agent.capacity
        total += table.own(work)[agent.id]
    return total


class CostTable:
    """What each piece of work costs with each agent who may have it, apart from load."""

    def __init__(self, agents: Sequence[Agent]) -> None:
        self.agents = {agent.id: agent for agent in agents}
        self._by_sort: dict[tuple, dict[int, float]] = {}

    def own(self, work: Work) -> dict[int, float]:
        """By agent; who is missing cannot take it, whatever room there is."""
        sort = (*sort_of(work), work.knows)
        if sort not in self._by_sort:
            able = (one for one in self.agents.values() if eligibility.standing(work, one) is None)
            self._by_sort[sort] = {one.id: _own(work, one) for one in able}
        return self._by_sort[sort]


def _own(work: Work, agent: Agent) -> float:
    lacking = 1 - skill(work, agent) / (5 * len(work.needs)) if work.needs else 0.0
    return UNSKILLED * lacking + (UNKNOWING if work.knows and agent.id not in work.knows else 0.0)


def _still(works: Sequence[Work], taken: Assignments, table: CostTable) -> set[int]:
    """Agents whose load was a reason for a move."""
    found: set[int] = set()
    for work in works:
        owner = table.agents.get(work.owner) if work.owner is not None else None
        if owner is not None and eligibility.stays_with(work, owner):
            found |= {owner.id, taken[key(work)]}
    return found


def _groups(works: Sequence[Work]) -> list[list[Work]]:
    """Work that can change places one for one: same kind, same units; the heaviest first."""
    groups: dict[tuple, list[Work]] = {}
    for work in works:
        groups.setdefault((-work.units, work.kind), []).append(work)
    return [groups[one] for one in sorted(groups)]


def _solve(
    group: list[Work], works: Sequence[Work], taken: Assignments, table: CostTable, still: set[int], solver: Solver
) -> None:
    """All at once, or in parts: first neighbours in work order, then work from all over it."""
    size = len(group)
    while size > 1 and size * len(_places(group[:size], works, taken, table, still)) > CELLS:
        size = (size + 1) // 2
    count = -(-len(group) // size)
    parts = [group[at * size : (at + 1) * size] for at in range(count)]
    for part in parts + ([group[at::count] for at in range(count)] if count > 1 else []):
        _solve_part(part, _places(part, works, taken, table, still), taken, table, solver)


def _solve_part(
    part: list[Work], places: list[tuple[int, float]], taken: Assignments, table: CostTable, solver: Solver
) -> None:
    rows: dict[int, list[float]] = {}
    for work in part:
        own = table.own(work)
        if id(own) not in rows:
            rows[id(own)] = [own.get(agent, inf) + load for agent, load in places]
    columns = solver([rows[id(table.own(work))] for work in part])
    for work, column in zip(part, columns, strict=True):
        taken[key(work)] = places[column][0]


def _places(
    part: list[Work], works: Sequence[Work], taken: Assignments, table: CostTable, still: set[int]
) -> list[tuple[int, float]]:
    """Places for pieces like these, with everything else where it is: the agent, and the cost of the units there."""
    units, kind = part[0].units, part[0].kind
    moving = {key(work) for work in part}
    rest: dict[int, list[Work]] = {}
    for work in works:
        if key(work) not in moving:
            rest.setdefault(taken[key(work)], []).append(work)
    found = []
    for agent in table.agents.values():
        if agent.id not in still:
            held = rest.get(agent.id, ())
            load = agent.load + sum(one.units for one in held)
            room = _room(agent, load, kind, sum(one.units for one in held if one.kind == kind))
            found += [
                (agent.id, _units(load + units * at, units, agent)) for at in range(min(room // units, len(part)))
            ]
    return found


def _room(agent: Agent, load: int, kind: str, more: int) -> int:
    limit = agent.capacities.get(kind)
    room = agent.capacity - load
    return max(0, room if limit is None else min(room, limit - agent.loads.get(kind, 0) - more))


def _units(load: int, units: int, agent: Agent) -> float:
    return sum(load + one for one in range(1, units + 1)) / agent.capacity


def _swap(group: list[Work], taken: Assignments, table: CostTable) -> None:
    """Pairs change places while that costs less. Loads stay as they are."""
    for _, (one, other) in zip(range(SWAPS), _pairs(group), strict=False):
        here, there = taken[key(one)], taken[key(other)]
        mine, theirs = table.own(one), table.own(other)
        if mine.get(there, inf) + theirs.get(here, inf) < mine[here] + theirs[there] - 1e-9:
            taken[key(one)], taken[key(other)] = there, here


def _pairs(group: list[Work]) -> Iterator[tuple[Work, Work]]:
    """Neighbours in work order first, then ever farther apart."""
    for distance in range(1, len(group)):
        for at in range(len(group) - distance):
            yield group[at], group[at + distance]


def scipys() -> Solver | None:
    """SciPy's solver (an extra of the package, `routing`), or None without it."""
    try:
        import numpy
        from scipy.optimize import linear_sum_assignment
    except ImportError:
        return None

    def solve(rows: list[list[float]]) -> Sequence[int]:
        arrays: dict[int, Any] = {}
        for row in rows:
            if id(row) not in arrays:
                arrays[id(row)] = numpy.asarray(row)
        _, columns = linear_sum_assignment(numpy.stack([arrays[id(row)] for row in rows]))
        return columns.tolist()

    return solve
