"""Agents and work as values, and any number of them by chance."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as some

from support_management.routing.engine.ranking import Agent, Decision, Need, Work

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def agent(id: int = 1, **facts) -> Agent:
    return Agent(**{"id": id, "name": f"Agent {id}", "available": True, "capacity": 8} | facts)


def work(id: int = 1, **facts) -> Work:
    usual = {"kind": "ticket", "units": 1, "website": 1, "priority": 3, "due_at": NOW + timedelta(hours=4)}
    return Work(**{"id": id, "created_at": NOW - timedelta(minutes=id)} | usual | facts)


def need(specialization: int = 1, level: int = 2, name: str = "Billing", asked: int | None = None) -> Need:
    return Need(specialization=specialization, name=name, level=level, asked=asked or level)


def after(agents: list[Agent], decision: Decision) -> list[Agent]:
    """The agents once the decision is carried out, but for what a former owner sheds."""
    if decision.chosen is None:
        return agents
    return [given(one, decision.work) if one.id == decision.chosen.agent else one for one in agents]


def given(one: Agent, more: Work) -> Agent:
    loads = {**one.loads, more.kind: one.loads.get(more.kind, 0) + more.units}
    return replace(one, load=one.load + more.units, loads=loads, last_assigned_at=NOW)


_levels = some.dictionaries(some.integers(1, 3), some.integers(1, 5), max_size=3)
_sites = some.frozensets(some.integers(1, 2), max_size=1)


@some.composite
def agents(draw, least: int = 0, most: int = 6) -> list[Agent]:
    """Some are away, some full, some limited in one kind."""
    found = []
    for number in range(1, draw(some.integers(least, most)) + 1):
        loads = {"ticket": draw(some.integers(0, 3)), "dispute": draw(some.integers(0, 2))}
        facts = {"load": sum(loads.values()), "loads": loads, "capacity": draw(some.integers(0, 8))}
        facts |= {"capacities": {"dispute": draw(some.sampled_from([None, 1, 3]))}, "skills": draw(_levels)}
        facts |= {"websites": draw(_sites), "available": draw(some.sampled_from([True, True, True, False]))}
        last = draw(some.none() | some.integers(1, 90))
        facts |= {"last_assigned_at": last and NOW - timedelta(minutes=last), "why_not": ""}
        found.append(agent(number, **facts | ({} if facts["available"] else {"why_not": "away"})))
    return found


@some.composite
def works(draw, most: int = 12, owners: bool = False) -> list[Work]:
    """Of both kinds, some asking for skills; with `owners` some have one."""
    return [draw(_work(number, owners)) for number in range(1, draw(some.integers(0, most)) + 1)]


@some.composite
def _work(draw, id: int, owners: bool) -> Work:
    skills = draw(
        some.lists(some.tuples(some.integers(1, 3), some.integers(1, 3)), max_size=2, unique_by=lambda x: x[0])
    )
    return work(
        id,
        kind=draw(some.sampled_from(["ticket", "ticket", "dispute"])),
        units=draw(some.integers(0, 3)),
        website=draw(some.sampled_from([None, 1, 2])),
        priority=draw(some.integers(1, 4)),
        due_at=NOW + timedelta(minutes=draw(some.integers(-60, 600))),
        created_at=NOW - timedelta(minutes=draw(some.integers(0, 6000))),
        needs=tuple(need(skill, level) for skill, level in sorted(skills)),
        knows=draw(some.frozensets(some.integers(1, 6), max_size=2)),
        avoid=draw(some.frozensets(some.integers(1, 6), max_size=1)),
        owner=draw(some.none() | some.integers(1, 7)) if owners else None,
    )
