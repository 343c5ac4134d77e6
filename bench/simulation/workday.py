"""One simulated day, by chance: agents with shifts and skills, and the tickets that arrive."""

import random
from dataclasses import dataclass, field

OPEN, CLOSE, MORNING = 8 * 60, 20 * 60, 32 * 60
"""Minutes of the day in which tickets come in. What is left over in the end waits until the next morning."""
SKILLS, SITES = 5, 3
TARGETS = {1: 30, 2: 60, 3: 240, 4: 480}
"""Minutes to the first response by priority, as in the default policies."""
PACE = (1.6, 1.3, 1.1, 1.0, 0.9, 0.8)
"""How long work takes that asks for a skill, by the agent's level of it: none, then 1 to 5."""
RELAX = 30
"""Minutes of waiting after which one level less is asked for."""


@dataclass(slots=True, kw_only=True)
class SimulatedTicket:
    """`minutes`: how long it takes an agent with the required level."""

    id: int
    came: float
    priority: int
    site: int
    skill: int | None
    level: int
    minutes: float
    began: float | None = None
    matched: bool = True

    @property
    def due(self) -> float:
        return self.came + TARGETS[self.priority]


@dataclass(slots=True, kw_only=True)
class SimulatedAgent:
    """An agent with one shift and a break; `held`: tickets that wait for them, `current`: the one being worked on."""

    id: int
    capacity: int
    skills: dict[int, int]
    sites: frozenset[int]
    begins: float
    ends: float
    rests: float
    there: bool = False
    held: list[SimulatedTicket] = field(default_factory=list)
    current: SimulatedTicket | None = None
    given_at: float = -1.0

    @property
    def load(self) -> int:
        return len(self.held) + (self.current is not None)

    def serves(self, ticket: SimulatedTicket) -> bool:
        return not self.sites or ticket.site in self.sites

    def takes(self, ticket: SimulatedTicket) -> float:
        """Minutes."""
        return ticket.minutes * (PACE[self.skills.get(ticket.skill, 0)] if ticket.skill is not None else 1.0)


def people(chance: random.Random, number: int) -> list[SimulatedAgent]:
    """A third comes at 8, a third at 10, a third at 12, each for eight hours."""
    return [
        SimulatedAgent(
            id=pk,
            capacity=chance.choice([6, 8, 8, 10]),
            skills={skill: chance.randrange(1, 6) for skill in chance.sample(range(SKILLS), chance.choice([2, 3]))},
            sites=frozenset(chance.sample(range(SITES), 2)) if chance.random() < 0.3 else frozenset(),
            begins=(begins := OPEN + 120 * (pk % 3)),
            ends=begins + 480,
            rests=begins + 180 + chance.randrange(90),
        )
        for pk in range(number)
    ]


def tickets(chance: random.Random, per_hour: float) -> list[SimulatedTicket]:
    """Poisson arrivals, half as many again around noon; in three bursts of a quarter of an hour three times as many."""
    bursts = [chance.uniform(OPEN + 60, CLOSE - 120) for _ in range(3)]
    tickets: list[SimulatedTicket] = []
    at: float = OPEN
    while at < CLOSE:
        rate = per_hour * (1.5 if 11 * 60 < at < 14 * 60 else 1.0)
        rate *= 3 if any(burst <= at < burst + 15 for burst in bursts) else 1
        at += chance.expovariate(rate / 60)
        tickets.append(_ticket(len(tickets), at, chance))
    return tickets


def _ticket(id: int, at: float, chance: random.Random) -> SimulatedTicket:
    asks = chance.random() < 0.75
    return SimulatedTicket(
        id=id,
        came=at,
        priority=chance.choices([1, 2, 3, 4], [6, 20, 54, 20])[0],
        site=chance.randrange(SITES),
        skill=chance.randrange(SKILLS) if asks else None,
        level=chance.choices([1, 2, 3], [3, 4, 2])[0] if asks else 0,
        minutes=chance.lognormvariate(2.3, 0.6),
    )
