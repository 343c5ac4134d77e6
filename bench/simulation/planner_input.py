"""Agents and unassigned work for the planner, by chance: the same for the same seed."""

import random
from datetime import UTC, datetime, timedelta

from support_management.routing.engine.ranking import Agent, Need, Work

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SKILLS = ("billing", "technical", "delivery", "dispute", "account")
SITES = 3


def agents(number: int, chance: random.Random) -> list[Agent]:
    """Each has two or three skills; some serve two of three websites; a few units are taken already."""
    return [
        Agent(
            id=pk,
            name=f"Agent {pk}",
            available=True,
            load=chance.randrange(4),
            capacity=chance.choice([8, 8, 10, 12]),
            skills={
                skill: chance.randrange(1, 6) for skill in chance.sample(range(len(SKILLS)), chance.choice([2, 3]))
            },
            websites=frozenset(chance.sample(range(SITES), 2)) if chance.random() < 0.3 else frozenset(),
        )
        for pk in range(number)
    ]


def works(number: int, agents: int, chance: random.Random) -> list[Work]:
    """Work of one unit each, so that the solver's answer is the optimum; one in ten has an agent who knows it."""
    return [
        Work(
            kind="ticket",
            id=pk,
            units=1,
            website=chance.randrange(SITES),
            priority=chance.choice([1, 2, 3, 3, 3, 4]),
            due_at=NOW + timedelta(minutes=chance.randrange(-100, 3000)),
            created_at=NOW - timedelta(minutes=chance.randrange(600)),
            needs=_needs(chance),
            knows=frozenset([chance.randrange(agents)]) if chance.random() < 0.1 else frozenset(),
        )
        for pk in range(number)
    ]


def _needs(chance: random.Random) -> tuple[Need, ...]:
    if chance.random() < 0.3:
        return ()
    skill, level = chance.randrange(len(SKILLS)), chance.randrange(1, 4)
    return (Need(specialization=skill, name=SKILLS[skill], level=level, asked=level),)
