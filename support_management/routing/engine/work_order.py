"""Which work comes first: priority, due time, age, and the guard against starvation. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from support_management.routing.engine import eligibility
from support_management.routing.engine.types import Agent, Work

HIGH = 2
"""The rank of high priority: urgent is 1, low is 4."""
STARVE_STEP = timedelta(hours=8)
"""Waiting time that raises the priority by one rank."""
STARVE_DUE = timedelta(days=3)
"""Waiting time after which work counts as due."""


def work_order(work: Work, *, now: datetime) -> tuple:
    """Sort key of work, the most urgent first: priority, due time, age, id.

    Starvation guard: each `STARVE_STEP` of waiting raises the priority by one rank, up to high, so that newer work
    cannot delay older work forever; only urgent work stays ahead. Work that has waited for `STARVE_DUE` counts as due
    since then: otherwise work without a deadline would stay the last of its priority.
    """
    waited = now - work.created_at
    raised = max(HIGH, work.priority - max(0, waited // STARVE_STEP))
    due = min(work.due_at, work.created_at + STARVE_DUE) if waited >= STARVE_DUE else work.due_at
    return min(work.priority, raised), due, work.created_at, work.id, work.kind


def next_for(agent: Agent, works: Iterable[Work], *, now: datetime) -> Work | None:
    """The first unassigned work in work order that this agent is eligible for; their availability is ignored."""
    eligible = (
        work
        for work in works
        if work.owner is None
        and not (eligibility.match_reason(work, agent) or eligibility.capacity_reason(work, agent))
    )
    return min(eligible, key=lambda work: work_order(work, now=now), default=None)
