"""Passes over everything that waits in automatic queues: as much is placed as can be, in work order.

A pass that placed nothing is not repeated until something changed: what waits, the agents, the rules, or the moment at
which a skill is relaxed or somebody may be asked again.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from support_management.core.time import now
from support_management.routing.dispatch import auto_assign
from support_management.routing.engine.batch import plan
from support_management.routing.engine.ranking import Agent, Decision, next_for
from support_management.routing.inputs import backlog, skill_rules, snapshot
from support_management.routing.inputs.snapshot import WorkItem
from support_management.routing.models import AssignmentDecision
from support_management.routing.record import decisions

Trigger = AssignmentDecision.Trigger
PASS_SECONDS = 1.5
"""What is planned is applied for so long; the next pass goes on."""
QUICK = 50
"""So much of what waits is looked at for an agent who has just become free; the sweep looks at all of it."""
EXPLAINED = 50
"""For so much of what nobody can take, the reasons are kept."""


@dataclass(frozen=True, slots=True)
class SweepMemo:
    """What a pass that placed nothing had before it, and until when that says something."""

    facts: tuple
    until: datetime | None


_in_vain: SweepMemo | None = None
_passing = threading.Lock()
"""Held by the pass of this process: a second one would plan the same work."""


def drain(trigger: str = Trigger.SWEEP, agent_ids: Iterable[int] | None = None) -> int:
    """Hand out what waits, to these agents when they are named. How much found an owner."""
    if not backlog.anything():
        return 0
    if agent_ids is not None:
        return sum(_fill(pk, trigger) for pk in agent_ids)
    if not _passing.acquire(blocking=False):
        return 0
    try:
        return _pass(trigger)
    finally:
        _passing.release()


def _fill(agent_id: int, trigger: str) -> int:
    """Whoever has just become free gets what comes first among what they can take, until they are full."""
    placed, cases = 0, snapshot.cases(backlog.head(QUICK))
    works = {case.work.id: case.work for case in cases}
    while works:
        agent = next(iter(snapshot.agents([agent_id])), None)
        if agent is None or not _is_free(agent):
            break
        work = next_for(agent, works.values(), now=now())
        if work is None:
            break
        del works[work.id]
        decision = auto_assign.route_ticket(work.id, trigger)
        placed += decision is not None and decision.chosen is not None
    return placed


def _pass(trigger: str) -> int:
    global _in_vain  # what this process saw last: another one looks for itself
    people = snapshot.agents()
    facts = (backlog.mark(), people, skill_rules.asked())
    if _in_vain is not None and _in_vain.facts == facts and (_in_vain.until is None or now() < _in_vain.until):
        return 0
    placed, changes, over = 0, [], False
    for number, (tickets, disputes) in enumerate(backlog.pages()):
        cases = {case.key: case for case in snapshot.cases(tickets) + snapshot.cases(disputes)}
        changes += [case.changes_at for case in cases.values() if case.changes_at is not None]
        decided = plan([case.work for case in cases.values()], people, now=now())
        limit = time.monotonic() + PASS_SECONDS
        placed += _apply(decided, cases, trigger, limit)
        over = time.monotonic() > limit
        if number == 0:
            decisions.unplaced([one for one in decided if one.chosen is None][:EXPLAINED], trigger)
        people = snapshot.agents()
        if over or not any(_is_free(agent) for agent in people):
            break
    _in_vain = None if placed or over else SweepMemo(facts, min(changes, default=None))
    return placed


def _apply(decided: Iterable[Decision], cases: dict[tuple[str, int], WorkItem], trigger: str, limit: float) -> int:
    placed = 0
    for decision in decided:
        if decision.chosen is None:
            continue
        case = cases[decision.work.kind, decision.work.id]
        placed += _place(case, decision, Trigger.RELAXED if case.relaxed and trigger == Trigger.SWEEP else trigger)
        if time.monotonic() > limit:
            break
    return placed


def _place(case: WorkItem, decision: Decision, trigger: str) -> bool:
    """As planned; when somebody was first, chosen anew with everybody as they are by then."""
    if auto_assign.give(case, decision, trigger):
        return True
    again = auto_assign.route_ticket if case.work.kind == "ticket" else auto_assign.route_dispute
    found = again(case.work.id, trigger)
    return found is not None and found.chosen is not None


def _is_free(agent: Agent) -> bool:
    return agent.available and agent.load < agent.capacity
