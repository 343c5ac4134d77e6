"""Ten thousand waiting tickets for 300 agents: how long the plan takes, and how far it is from the optimum."""

import random
import time
from collections.abc import Callable
from statistics import median

from bench.report.results import ResultLog
from bench.simulation import planner_input
from support_management.routing.engine import batch, optimizer
from support_management.routing.engine.allocator import key
from support_management.routing.engine.optimizer import Assignments
from support_management.routing.engine.ranking import Agent, Work, choose

SEEDS = (26, 27, 28)
AT_ONCE = 10**9
"""Cells of one cost matrix: all of them, so that the answer is the optimum."""


def run(results: ResultLog, *, quick: bool) -> None:
    tickets, people = (500, 30) if quick else (10_000, 300)
    batch.plan(
        planner_input.works(50, 10, random.Random(1)), planner_input.agents(10, random.Random(1)), now=planner_input.NOW
    )
    rounds = [_round(seed, tickets, people) for seed in SEEDS]
    size = {"tickets": tickets, "agents": people}
    for name, most in (("plan", 2.0), ("plan without SciPy", None), ("second step, all at once", None)):
        repeats = [figures[name] for figures in rounds]
        results.add(name, median(repeats), unit="s", most=most, repeats=repeats, **size)
    for name, most in (
        ("cost ÷ optimum", 1.02),
        ("cost ÷ optimum, without SciPy", None),
        ("cost ÷ optimum, one by one", None),
    ):
        repeats = [figures[name] for figures in rounds]
        results.add(name, max(repeats), unit="×", most=most, repeats=repeats, **size)
    results.add("tickets taken", median(figures["taken"] for figures in rounds), **size)
    results.add("one choice out of all agents", median(figures["choice"] for figures in rounds), unit="ms", **size)


def _round(seed: int, tickets: int, people: int) -> dict[str, float]:
    chance = random.Random(seed)
    agents, works = planner_input.agents(people, chance), planner_input.works(tickets, people, chance)
    figures: dict[str, float] = {}
    figures["plan"], _ = _timed(lambda: batch.plan(works, agents, now=planner_input.NOW))
    figures["plan without SciPy"], _ = _timed(
        lambda: _without_solver(lambda: batch.plan(works, agents, now=planner_input.NOW))
    )
    single, chosen = _first_step(works, agents)
    figures["second step, all at once"], best = _timed(
        lambda: _all_at_once(lambda: _second_step(chosen, single, agents))
    )
    ours, swapped = _second_step(chosen, single, agents), _without_solver(lambda: _second_step(chosen, single, agents))
    least = optimizer.cost(chosen, best, agents)
    for name, taken in (("", ours), (", without SciPy", swapped), (", one by one", single)):
        figures[f"cost ÷ optimum{name}"] = optimizer.cost(chosen, taken, agents) / least
    figures["choice"] = _timed(lambda: [choose(work, agents) for work in works[:20]])[0] * 1000 / 20
    return figures | {"taken": len(chosen)}


def _timed[A](what: Callable[[], A]) -> tuple[float, A]:
    began = time.perf_counter()
    answer = what()
    return time.perf_counter() - began, answer


def _first_step(works, agents) -> tuple[Assignments, list[Work]]:
    """What is taken, each by the best of who has room left; and this work, in work order."""
    keep = lambda _, taken, *__, **___: taken  # noqa: E731
    decisions = _with("improved", keep, lambda: batch.plan(works, agents, now=planner_input.NOW))
    assigned = [decision for decision in decisions if decision.chosen]
    return {key(decision.work): decision.chosen.agent for decision in assigned}, [
        decision.work for decision in assigned
    ]


def _second_step(works: list[Work], taken: Assignments, agents: list[Agent]) -> Assignments:
    return optimizer.improved(works, taken, agents)


def _without_solver(what: Callable):
    return _with("scipy_solver", lambda: None, what)


def _all_at_once(what: Callable):
    return _with("CELLS", AT_ONCE, what)


def _with(name: str, value, what: Callable):
    """With one part of the second step exchanged."""
    before = getattr(optimizer, name)
    setattr(optimizer, name, value)
    try:
        return what()
    finally:
        setattr(optimizer, name, before)
