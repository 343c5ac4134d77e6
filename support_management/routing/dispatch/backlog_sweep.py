"""Sweep the backlog: assign as much of the waiting work as possible, in work order.

A pass that assigned nothing is not repeated until something changes: the backlog, the agents, the rules, or the time at
which a requirement relaxes or a cool-down ends.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from support_management.core.time import now
from support_management.routing.dispatch import auto_assign
from support_management.routing.engine.batch import plan
from support_management.routing.engine.ranking import Agent, Decision
from support_management.routing.engine.work_order import next_for
from support_management.routing.inputs import active_skill_rules, backlog, snapshot
from support_management.routing.inputs.snapshot import WorkItem
from support_management.routing.models import AssignmentDecision
from support_management.routing.record import decisions

Trigger = AssignmentDecision.Trigger
PASS_SECONDS = 1.5
"""Time limit for applying a plan; the next pass continues."""
QUICK = 50
"""Tickets considered for an agent with new free capacity; the sweep considers all."""
EXPLAINED = 50
"""Maximum work without an eligible agent whose refusals are stored per pass."""


@dataclass(frozen=True, slots=True)
class SweepMemo:
    """The inputs of a pass that assigned nothing at `at`, and until when that is valid (None: until they change)."""

    inputs: tuple
    at: datetime
    until: datetime | None

    def holds(self, inputs: tuple, moment: datetime) -> bool:
        """Whether a pass would assign nothing again; not known after the clock was set back."""
        return self.inputs == inputs and (self.until is None or self.at <= moment < self.until)


_last_empty_pass: SweepMemo | None = None
_passing = threading.Lock()
"""Held during a pass of this process: a second pass would plan the same work."""


def drain(trigger: str = Trigger.SWEEP, agent_ids: Iterable[int] | None = None) -> int:
    """Assign waiting work, to these agents if given. Returns the number of assignments."""
    if not backlog.exists():
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
    """Assign the first tickets that this agent is eligible for until the agent is full."""
    placed, items = 0, snapshot.work_items(backlog.first_tickets(QUICK))
    works = {item.work.id: item.work for item in items}
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
    global _last_empty_pass  # of this process; other processes keep their own
    people = snapshot.agents()
    inputs = (backlog.fingerprint(), people, active_skill_rules.active_rules())
    moment = now()
    if _last_empty_pass is not None and _last_empty_pass.holds(inputs, moment):
        return 0
    placed, changes, over = 0, [], False
    for number, (tickets, disputes) in enumerate(backlog.pages()):
        items = {item.key: item for item in snapshot.work_items(tickets) + snapshot.work_items(disputes)}
        changes += [item.changes_at for item in items.values() if item.changes_at is not None]
        planned = plan([item.work for item in items.values()], people, now=now())
        limit = time.monotonic() + PASS_SECONDS
        placed += _apply(planned, items, trigger, limit)
        over = time.monotonic() > limit
        if number == 0:
            decisions.store_unplaced([decision for decision in planned if decision.chosen is None][:EXPLAINED], trigger)
        people = snapshot.agents()
        if over or not any(_is_free(agent) for agent in people):
            break
    _last_empty_pass = None if placed or over else SweepMemo(inputs, moment, min(changes, default=None))
    return placed


def _apply(planned: Iterable[Decision], items: dict[tuple[str, int], WorkItem], trigger: str, limit: float) -> int:
    placed = 0
    for decision in planned:
        if decision.chosen is None:
            continue
        item = items[decision.work.kind, decision.work.id]
        placed += _place(item, decision, Trigger.RELAXED if item.relaxed and trigger == Trigger.SWEEP else trigger)
        if time.monotonic() > limit:
            break
    return placed


def _place(item: WorkItem, decision: Decision, trigger: str) -> bool:
    """Assign as planned or, after a concurrent change, with a new decision."""
    if auto_assign.apply(item, decision, trigger):
        return True
    route = auto_assign.route_ticket if item.work.kind == "ticket" else auto_assign.route_dispute
    new_decision = route(item.work.id, trigger)
    return new_decision is not None and new_decision.chosen is not None


def _is_free(agent: Agent) -> bool:
    return agent.available and agent.load < agent.capacity
