"""A batch of waiting work planned together. Values in, values out.

First it is decided what is taken: work by work in work order, each by the best of who has room left. Then who takes
which of it: the same work, at the least cost in all (`improving`). Room that a move frees at its old owner's is not
given out in the same plan.
"""

from collections.abc import Iterable
from datetime import datetime

from support_management.routing.engine import eligibility, optimizer
from support_management.routing.engine.allocator import Allocator, key
from support_management.routing.engine.ranking import candidates_of, work_order
from support_management.routing.engine.types import Agent, Decision, Work

SHOWN = 10
"""Candidates that a planned decision names, at most; the chosen one stands first."""


def plan(
    works: Iterable[Work], agents: Iterable[Agent], *, now: datetime, solver: optimizer.Solver | None = None
) -> list[Decision]:
    """One decision per work, in work order; agents' loads are counted up as it goes. Never over capacity.

    Lower work is never taken in place of higher work that the first step could have placed. `solver` is asked when more
    than a handful is taken; None: SciPy's, if it is installed, else swaps.
    """
    people = list(agents)
    waiting = sorted(works, key=lambda one: work_order(one, now=now))
    taken: optimizer.Assignments = {}
    _give_out(Allocator(people, now=now), waiting, taken)
    if len(taken) > 1:
        chosen = [one for one in waiting if key(one) in taken]
        taken = optimizer.improved(chosen, taken, people, solver=solver)
        desk = Allocator(people, now=now)
        for work in chosen:
            desk.give(work, taken[key(work)])
        # Another distribution may have left room for what found none. What can stay where it is was decided already.
        stuck = [work for work in waiting if not eligibility.stays_with(work, desk.now.get(work.owner or 0))]
        _give_out(desk, stuck, taken)
    return _told(Allocator(people, now=now), waiting, taken)


def _give_out(desk: Allocator, waiting: list[Work], taken: optimizer.Assignments) -> None:
    for work in waiting:
        if key(work) not in taken and (best := desk.best(work)) is not None:
            desk.give(work, best.id)
            taken[key(work)] = best.id


def _told(desk: Allocator, waiting: list[Work], taken: optimizer.Assignments) -> list[Decision]:
    """What is taken as it was at its turn; what is left as it is in the end."""
    told: dict[tuple[str, int], Decision] = {}
    for work in waiting:
        if key(work) in taken:
            chosen = desk.now[taken[key(work)]]
            others = [one for one in desk.first(work, SHOWN) if one.id != chosen.id][: SHOWN - 1]
            candidates = candidates_of(work, [chosen, *others])
            told[key(work)] = Decision(
                work=work, chosen=candidates[0], candidates=candidates, refusals=desk.refusals(work)
            )
            desk.give(work, chosen.id)
    for work in waiting:
        if key(work) not in taken:
            told[key(work)] = Decision(work=work, chosen=None, candidates=(), refusals=desk.refusals(work))
    return [told[key(work)] for work in waiting]
