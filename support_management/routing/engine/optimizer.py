"""Redistribute assigned work among the agents at the lowest total cost. Pure: values in, values out.

The cost of a unit is the relative load of its owner including the unit, so that load spreads. Work costs more with an
agent who is less skilled in what it requires, or has no affinity when others have. Assigned work stays assigned. Work
that moves only for a gain (`eligibility.MOVE_GAIN`) keeps its new owner, and so does all work of the agents concerned.
"""

from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import Any

from support_management.routing.engine import eligibility
from support_management.routing.engine.allocator import WorkKey, group_of, key
from support_management.routing.engine.ranking import skill
from support_management.routing.engine.types import Agent, Work

HANDFUL = 6
"""Up to this number of pieces of work, pairwise swaps are enough."""
UNSKILLED, UNKNOWING = 0.5, 2.0
"""Cost of work with an agent without the required skill (level 5 costs nothing), or without affinity."""
CELLS = 1_000_000
"""Maximum size of one cost matrix (rows × columns); larger groups are solved in parts, with the rest fixed."""
SWAPS = 300_000
"""Maximum number of pairs compared without a solver."""

Assignments = dict[WorkKey, int]
Solver = Callable[[list[list[float]]], Sequence[int]]
"""Takes costs by row and column (inf: impossible), returns a distinct column for each row at the lowest sum."""


def improved(
    works: Sequence[Work], assignments: Assignments, agents: Sequence[Agent], *, solver: Solver | None = None
) -> Assignments:
    """The same work with the same agents at the same or a lower cost. Never exceeds a capacity."""
    result = dict(assignments)
    table = CostTable(agents)
    fixed = _fixed_agents(works, result, table)
    free = [work for work in works if work.units and result[key(work)] not in fixed]
    solver = (solver or scipy_solver()) if len(free) > HANDFUL else None
    for group in _groups(free):
        if solver is None:
            _swap(group, result, table)
        else:
            _solve(group, works, result, table, fixed, solver)
    return result


def cost(works: Sequence[Work], assignments: Assignments, agents: Sequence[Agent]) -> float:
    """Total cost: the relative load of each unit plus the cost of each piece with its owner."""
    table, loads = CostTable(agents), {agent.id: agent.load for agent in agents}
    total = 0.0
    for work in works:
        agent = table.agents[assignments[key(work)]]
        for _ in range(work.units):
            loads[agent.id] += 1
            total += loads[agent.id] / agent.capacity
        total += table.costs(work)[agent.id]
    return total


class CostTable:
    """Cost of each piece of work with each eligible agent, without the cost of load."""

    def __init__(self, agents: Sequence[Agent]) -> None:
        self.agents = {agent.id: agent for agent in agents}
        self._by_group: dict[tuple, dict[int, float]] = {}

    def costs(self, work: Work) -> dict[int, float]:
        """Cost by agent id; agents who are not eligible, whatever their capacity, are missing."""
        group = (*group_of(work), work.knows)
        if group not in self._by_group:
            eligible = (agent for agent in self.agents.values() if eligibility.lasting_reason(work, agent) is None)
            self._by_group[group] = {agent.id: _own_cost(work, agent) for agent in eligible}
        return self._by_group[group]


def _own_cost(work: Work, agent: Agent) -> float:
    lacking = 1 - skill(work, agent) / (5 * len(work.needs)) if work.needs else 0.0
    return UNSKILLED * lacking + (UNKNOWING if work.knows and agent.id not in work.knows else 0.0)


def _fixed_agents(works: Sequence[Work], assignments: Assignments, table: CostTable) -> set[int]:
    """Ids of agents whose load justified a move, so that their work must not change."""
    agent_ids: set[int] = set()
    for work in works:
        owner = table.agents.get(work.owner) if work.owner is not None else None
        if owner is not None and eligibility.can_keep(work, owner):
            agent_ids |= {owner.id, assignments[key(work)]}
    return agent_ids


def _groups(works: Sequence[Work]) -> list[list[Work]]:
    """Work of the same kind and units, which can be exchanged one for one; most units first."""
    groups: dict[tuple, list[Work]] = {}
    for work in works:
        groups.setdefault((-work.units, work.kind), []).append(work)
    return [groups[size] for size in sorted(groups)]


def _solve(
    group: list[Work],
    works: Sequence[Work],
    assignments: Assignments,
    table: CostTable,
    fixed: set[int],
    solver: Solver,
) -> None:
    """Solve the group at once, or in parts: first of neighbours in work order, then of work spread over the group."""
    size = len(group)
    while size > 1 and size * len(_slots(group[:size], works, assignments, table, fixed)) > CELLS:
        size = (size + 1) // 2
    count = -(-len(group) // size)
    parts = [group[at * size : (at + 1) * size] for at in range(count)]
    for part in parts + ([group[at::count] for at in range(count)] if count > 1 else []):
        _solve_part(part, _slots(part, works, assignments, table, fixed), assignments, table, solver)


def _solve_part(
    part: list[Work], slots: list[tuple[int, float]], assignments: Assignments, table: CostTable, solver: Solver
) -> None:
    rows: dict[int, list[float]] = {}
    for work in part:
        costs = table.costs(work)
        if id(costs) not in rows:
            rows[id(costs)] = [costs.get(agent, inf) + load for agent, load in slots]
    columns = solver([rows[id(table.costs(work))] for work in part])
    for work, column in zip(part, columns, strict=True):
        assignments[key(work)] = slots[column][0]


def _slots(
    part: list[Work], works: Sequence[Work], assignments: Assignments, table: CostTable, fixed: set[int]
) -> list[tuple[int, float]]:
    """Free slots for pieces of this size, with all other work fixed: agent id and cost of the units there."""
    units, kind = part[0].units, part[0].kind
    moving = {key(work) for work in part}
    rest: dict[int, list[Work]] = {}
    for work in works:
        if key(work) not in moving:
            rest.setdefault(assignments[key(work)], []).append(work)
    slots = []
    for agent in table.agents.values():
        if agent.id not in fixed:
            owned = rest.get(agent.id, ())
            load = agent.load + sum(work.units for work in owned)
            room = _room(agent, load, kind, sum(work.units for work in owned if work.kind == kind))
            slots += [
                (agent.id, _units(load + units * at, units, agent)) for at in range(min(room // units, len(part)))
            ]
    return slots


def _room(agent: Agent, load: int, kind: str, kind_units: int) -> int:
    limit = agent.capacities.get(kind)
    room = agent.capacity - load
    return max(0, room if limit is None else min(room, limit - agent.loads.get(kind, 0) - kind_units))


def _units(load: int, units: int, agent: Agent) -> float:
    return sum(load + unit for unit in range(1, units + 1)) / agent.capacity


def _swap(group: list[Work], assignments: Assignments, table: CostTable) -> None:
    """Exchange pairs as long as that lowers the cost. Loads do not change."""
    for _, (first, second) in zip(range(SWAPS), _pairs(group), strict=False):
        here, there = assignments[key(first)], assignments[key(second)]
        first_costs, second_costs = table.costs(first), table.costs(second)
        if first_costs.get(there, inf) + second_costs.get(here, inf) < first_costs[here] + second_costs[there] - 1e-9:
            assignments[key(first)], assignments[key(second)] = there, here


def _pairs(group: list[Work]) -> Iterator[tuple[Work, Work]]:
    """Pairs of neighbours in work order first, then of growing distance."""
    for distance in range(1, len(group)):
        for at in range(len(group) - distance):
            yield group[at], group[at + distance]


def scipy_solver() -> Solver | None:
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
