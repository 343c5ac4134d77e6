"""A simulated day with four methods of assignment: waiting time, missed targets and load, for the same arrivals."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count, cycle
from statistics import fmean

from bench.report.results import ResultLog, percentile
from bench.simulation import workday
from bench.simulation.workday import SimulatedAgent, SimulatedTicket
from support_management.routing.engine import batch
from support_management.routing.engine.ranking import Agent, Need, Work
from support_management.routing.engine.work_order import work_order

MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)
SEEDS = range(20, 30)
AGENTS, PER_HOUR = 45, 85.0
AssignmentMethod = Callable[
    [list[SimulatedTicket], list[SimulatedAgent], float], list[tuple[SimulatedTicket, SimulatedAgent]]
]
"""Assigns waiting tickets, which are in work order, to the agents who are available."""


def run(results: ResultLog, *, quick: bool) -> None:
    days = {name: [_day(seed, way) for seed in list(SEEDS)[: 2 if quick else None]] for name, way in METHODS.items()}
    figures = {name: {key: fmean(day[key] for day in simulated) for key in UNITS} for name, simulated in days.items()}
    for key, unit in UNITS.items():
        for name, values in figures.items():
            results.add(key, values[key], unit=unit, who=name, days=len(days[name]))
        others = [values[key] for name, values in figures.items() if name != OURS]
        best = max(others) if key == MATCH else min(others)
        results.add(f"{key}, ours ÷ best of the others", figures[OURS][key] / best, unit="×", **BOUNDS.get(key, {}))


class SimulatedDesk:
    """One day. Each agent works on their tickets in work order, one at a time."""

    def __init__(self, people: list[SimulatedAgent], tickets: list[SimulatedTicket], way: AssignmentMethod) -> None:
        self.people, self.tickets, self.way = people, tickets, way
        self.waiting: list[SimulatedTicket] = []
        self.spread: list[float] = []
        self.carried: dict[int, list[float]] = {person.id: [] for person in people}
        self._events: list[tuple] = []
        self._turn = count()

    def play(self) -> None:
        for ticket in self.tickets:
            self._at(ticket.came, lambda now, ticket=ticket: self.waiting.append(ticket))
        for person in self.people:
            self._at(person.begins, lambda now, person=person: self._come(person, now))
            self._at(person.rests, lambda now, person=person: self._go(person))
            self._at(person.rests + 30, lambda now, person=person: self._come(person, now))
            self._at(person.ends, lambda now, person=person: self._leave(person))
        for minute in range(
            workday.OPEN, workday.CLOSE
        ):  # a sweep each minute: what waits may need a lower level by now
            self._at(minute + 0.5, self._look)
        while self._events:
            now, _, what = heappop(self._events)
            what(now)
            self._assign(now)

    def _at(self, moment: float, what: Callable[[float], None]) -> None:
        heappush(self._events, (moment, next(self._turn), what))

    def _assign(self, now: float) -> None:
        there = [person for person in self.people if person.there]
        if not self.waiting or all(person.load >= person.capacity for person in there):
            return
        self.waiting.sort(key=lambda ticket: work_order(_work(ticket, now), now=_moment(now)))
        for ticket, person in self.way(self.waiting, there, now):
            assert person.load < person.capacity
            self.waiting.remove(ticket)
            ticket.matched = ticket.skill is None or person.skills.get(ticket.skill, 0) >= ticket.level
            person.held.append(ticket)
            person.given_at = now
            self._take_up(person, now)

    def _come(self, person: SimulatedAgent, now: float) -> None:
        person.there = now < person.ends
        self._take_up(person, now)

    def _go(self, person: SimulatedAgent) -> None:
        person.there = False

    def _leave(self, person: SimulatedAgent) -> None:
        """Tickets that were not begun are unassigned again."""
        person.there = False
        self.waiting += person.held
        person.held = []

    def _take_up(self, person: SimulatedAgent, now: float) -> None:
        if person.there and person.current is None and person.held:
            person.current = min(person.held, key=lambda ticket: work_order(_work(ticket, now), now=_moment(now)))
            person.held.remove(person.current)
            person.current.began = now
            self._at(now + person.takes(person.current), lambda then: self._done(person, then))

    def _done(self, person: SimulatedAgent, now: float) -> None:
        person.current = None
        self._take_up(person, now)

    def _look(self, now: float) -> None:
        loads = {person.id: person.load / person.capacity for person in self.people if person.there}
        for pk, load in loads.items():
            self.carried[pk].append(load)
        if any(loads.values()):
            self.spread.append(gini(list(loads.values())))


def gini(values: list[float]) -> float:
    """0: the same load for all; towards 1: one agent has all of it."""
    ordered = sorted(values)
    ranked = sum(rank * value for rank, value in enumerate(ordered, 1))
    return 2 * ranked / (len(ordered) * sum(ordered)) - (len(ordered) + 1) / len(ordered)


def _moment(minute: float) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def _work(ticket: SimulatedTicket, now: float) -> Work:
    level = ticket.level - int((now - ticket.came) // workday.RELAX)
    needs: tuple[Need, ...] = ()
    if ticket.skill is not None and level > 0:
        needs = (Need(specialization=ticket.skill, name="skill", level=level, asked=ticket.level),)
    return Work(
        kind="ticket",
        id=ticket.id,
        units=1,
        website=ticket.site,
        priority=ticket.priority,
        due_at=_moment(ticket.due),
        created_at=_moment(ticket.came),
        needs=needs,
    )


def ours(
    waiting: list[SimulatedTicket], there: list[SimulatedAgent], now: float
) -> list[tuple[SimulatedTicket, SimulatedAgent]]:
    """The product's own plan, with skills that are relaxed over time."""
    agents = [
        Agent(
            id=person.id,
            name="",
            available=True,
            load=person.load,
            capacity=person.capacity,
            skills=person.skills,
            websites=person.sites,
            last_assigned_at=_moment(person.given_at) if person.given_at >= 0 else None,
        )
        for person in there
    ]
    by_id, tickets = {person.id: person for person in there}, {ticket.id: ticket for ticket in waiting}
    decisions = batch.plan([_work(ticket, now) for ticket in waiting], agents, now=_moment(now))
    return [(tickets[choice.work.id], by_id[choice.chosen.agent]) for choice in decisions if choice.chosen]


def one_by_one(pick: Callable[[list[SimulatedAgent], dict[int, int]], SimulatedAgent]) -> AssignmentMethod:
    """Tickets one after the other, each to an agent with free capacity who serves the website."""

    def assign(
        waiting: list[SimulatedTicket], there: list[SimulatedAgent], now: float
    ) -> list[tuple[SimulatedTicket, SimulatedAgent]]:
        loads, assigned = {person.id: person.load for person in there}, []
        for ticket in waiting:
            able = [person for person in there if loads[person.id] < person.capacity and person.serves(ticket)]
            if able:
                person = pick(able, loads)
                loads[person.id] += 1
                assigned.append((ticket, person))
        return assigned

    return assign


def in_turns() -> AssignmentMethod:
    """Round robin: the next agent with free capacity."""
    turns = cycle(range(AGENTS))

    def pick(able: list[SimulatedAgent], loads: dict[int, int]) -> SimulatedAgent:
        by_id = {person.id: person for person in able}
        return next(by_id[pk] for pk in turns if pk in by_id)

    return one_by_one(pick)


def at_random() -> AssignmentMethod:
    chance = random.Random(7)
    return one_by_one(lambda able, loads: chance.choice(able))


OURS, MATCH, SPREAD = "ours", "skill match", "Gini of utilisation"
BOUNDS = {
    "wait, mean": {"most": 1.0},
    "wait, p95": {"most": 1.0},
    "promises missed": {"most": 1.0},
    SPREAD: {"most": 1.05},
}
"""Ours ÷ the best of the others. Between two sets of days the spread differs by some per cent by itself."""
METHODS: dict[str, Callable[[], AssignmentMethod]] = {
    OURS: lambda: ours,
    "round robin": in_turns,
    "least open tickets": lambda: one_by_one(
        lambda able, loads: min(able, key=lambda person: (loads[person.id], person.id))
    ),
    "random": at_random,
}
UNITS = {
    "wait, mean": "min",
    "wait, p95": "min",
    "promises missed": "%",
    SPREAD: "",
    "Gini of load at a moment": "",
    MATCH: "%",
}


def _day(seed: int, way: Callable[[], AssignmentMethod]) -> dict[str, float]:
    chance = random.Random(seed)
    desk = SimulatedDesk(workday.people(chance, AGENTS), workday.tickets(chance, PER_HOUR), way())
    desk.play()
    waits = [(workday.MORNING if t.began is None else t.began) - t.came for t in desk.tickets]
    missed = sum(ticket.came + wait > ticket.due for ticket, wait in zip(desk.tickets, waits, strict=True))
    with_skill = [ticket for ticket in desk.tickets if ticket.skill is not None]
    return {
        "wait, mean": fmean(waits),
        "wait, p95": percentile(waits, 0.95) or 0.0,
        "promises missed": 100 * missed / len(desk.tickets),
        SPREAD: gini([fmean(loads) for loads in desk.carried.values()]),
        "Gini of load at a moment": fmean(desk.spread),
        MATCH: 100 * fmean(ticket.matched for ticket in with_skill),
    }
