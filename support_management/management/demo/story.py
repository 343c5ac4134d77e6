"""The timeline of a ticket: who said what, how long after it came in."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from support_management.management.demo.scenes import Scene
from support_management.management.demo.tickets_plan import Plan
from support_management.tickets.status import Status

REQUESTER, OWNER, NOBODY = "requester", "owner", "nobody"
CLOSED_AFTER = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Line:
    """One message to be: when, of which kind, by whom, which words."""

    at: timedelta
    kind: str
    author: str
    body: str


def lines(plan: Plan, scene: Scene, facts: dict[str, str], chance: Random) -> list[Line]:
    """In order of time. `facts` fill the placeholders of the scene."""
    said = [Line(timedelta(0), "requester", REQUESTER, scene.ask)]
    said += _taken(plan, chance)
    if plan.replied is not None:
        said += _talk(plan, scene, chance)
    said += _end(plan, scene)
    return [Line(line.at, line.kind, line.author, line.body.format_map(facts)) for line in said]


def _taken(plan: Plan, chance: Random) -> list[Line]:
    if plan.owner is None:
        return []
    at = (plan.replied or min(plan.age, timedelta(hours=2))) * chance.uniform(0.2, 0.7)
    return [_moved(at, OWNER, Status.NEW, Status.OPEN), Line(at, "system", OWNER, "Taken by {agent}")]


def _talk(plan: Plan, scene: Scene, chance: Random) -> list[Line]:
    assert plan.replied is not None  # noqa: S101  (asked by the only caller)
    said = [Line(plan.replied, "reply", OWNER, scene.answers[0])]
    if plan.owner is None:
        said.append(_moved(plan.replied, OWNER, Status.NEW, Status.OPEN))
    more: list[tuple[str, str, str]] = []
    if chance.random() < 0.45:
        more.append(("note", OWNER, scene.note))
    if chance.random() < 0.75:
        more.append(("requester", REQUESTER, chance.choice(scene.backs)))
    if len(scene.answers) > 1 and chance.random() < 0.6:
        more.append(("reply", OWNER, scene.answers[1]))
        if chance.random() < 0.4:
            more.append(("requester", REQUESTER, chance.choice(scene.backs)))
    end = plan.resolved or plan.age
    step = (end - plan.replied) / (len(more) + 1)
    return said + [Line(plan.replied + step * (n + 1), *words) for n, words in enumerate(more)]


def _end(plan: Plan, scene: Scene) -> list[Line]:
    if plan.resolved is None:
        if plan.status in ("pending", "on_hold"):
            begun = plan.replied or timedelta(0)
            return [_moved(begun + (plan.age - begun) * 0.97, OWNER, Status.OPEN, Status(plan.status))]
        return []
    end = [
        Line(plan.resolved, "reply", OWNER, scene.done),
        _moved(plan.resolved, OWNER, Status.OPEN, Status.RESOLVED),
    ]
    if plan.status == Status.CLOSED:
        end.append(_moved(plan.resolved + CLOSED_AFTER, NOBODY, Status.RESOLVED, Status.CLOSED))
    return end


def _moved(at: timedelta, author: str, before: Status, after: Status) -> Line:
    return Line(at, "system", author, f"Status: {before.label} → {after.label}")
