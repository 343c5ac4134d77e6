"""Plan a batch of waiting work together. Pure: values in, values out.

The first step decides which work is assigned: in work order, each piece to its best candidate with free capacity. The
second step decides who gets which of it, at the lowest total cost (`optimizer`). Capacity that a move frees at the
previous owner is not used in the same plan.
"""

from collections.abc import Iterable
from datetime import datetime

from support_management.routing.engine import eligibility, optimizer
from support_management.routing.engine.allocator import Allocator, key
from support_management.routing.engine.ranking import candidates_of
from support_management.routing.engine.types import Agent, Decision, Work
from support_management.routing.engine.work_order import work_order

SHOWN = 10
"""Maximum number of candidates in a planned decision; the chosen one comes first."""


def plan(
    works: Iterable[Work], agents: Iterable[Agent], *, now: datetime, solver: optimizer.Solver | None = None
) -> list[Decision]:
    """One decision per piece of work, in work order, each with the loads at its turn. Never exceeds a capacity.

    Work that the first step could place is never displaced by work of lower rank. `solver` is used for more than
    `optimizer.HANDFUL` pieces; None: SciPy's solver if it is installed, else pairwise swaps.
    """
    pool = list(agents)
    waiting = sorted(works, key=lambda work: work_order(work, now=now))
    assignments: optimizer.Assignments = {}
    _assign_in_order(Allocator(pool, now=now), waiting, assignments)
    if len(assignments) > 1:
        chosen = [work for work in waiting if key(work) in assignments]
        assignments = optimizer.improved(chosen, assignments, pool, solver=solver)
        allocator = Allocator(pool, now=now)
        for work in chosen:
            allocator.assign(work, assignments[key(work)])
        # The new distribution may leave room for unplaced work. Work whose owner can keep it is already decided.
        stuck = [work for work in waiting if not eligibility.can_keep(work, allocator.agents.get(work.owner or 0))]
        _assign_in_order(allocator, stuck, assignments)
    return _decisions_for(Allocator(pool, now=now), waiting, assignments)


def _assign_in_order(allocator: Allocator, waiting: list[Work], assignments: optimizer.Assignments) -> None:
    for work in waiting:
        if key(work) not in assignments and (best := allocator.best(work)) is not None:
            allocator.assign(work, best.id)
            assignments[key(work)] = best.id


def _decisions_for(allocator: Allocator, waiting: list[Work], assignments: optimizer.Assignments) -> list[Decision]:
    """Assigned work with the loads at its turn; unplaced work with the final loads."""
    decisions: dict[tuple[str, int], Decision] = {}
    for work in waiting:
        if key(work) in assignments:
            chosen = allocator.agents[assignments[key(work)]]
            others = [agent for agent in allocator.first(work, SHOWN) if agent.id != chosen.id][: SHOWN - 1]
            candidates = candidates_of(work, [chosen, *others])
            decisions[key(work)] = Decision(
                work=work, chosen=candidates[0], candidates=candidates, refusals=allocator.refusals(work)
            )
            allocator.assign(work, chosen.id)
    for work in waiting:
        if key(work) not in assignments:
            decisions[key(work)] = Decision(work=work, chosen=None, candidates=(), refusals=allocator.refusals(work))
    return [decisions[key(work)] for work in waiting]
