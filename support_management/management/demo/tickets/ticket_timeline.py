"""The timeline of a ticket: messages and system lines, each with its time since the ticket was created."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from support_management.management.demo.scenes import Scene
from support_management.management.demo.tickets.ticket_plan import Plan
from support_management.tickets.status import Status

REQUESTER, OWNER, SYSTEM = "requester", "owner", "system"
CLOSED_AFTER = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry to be. `at`: time since the ticket was created."""

    at: timedelta
    kind: str
    author: str
    body: str


def entries(plan: Plan, scene: Scene, values: dict[str, str], rng: Random) -> list[TimelineEntry]:
    """All entries by time. `values` fill the placeholders of the scene."""
    lines = [TimelineEntry(timedelta(0), "requester", REQUESTER, rng.choice(scene.asks))]
    lines += _claimed(plan, rng)
    if plan.replied is not None:
        lines += _conversation(plan, scene, rng)
    lines += _end(plan, scene, rng)
    return [TimelineEntry(line.at, line.kind, line.author, line.body.format_map(values)) for line in lines]


def _claimed(plan: Plan, rng: Random) -> list[TimelineEntry]:
    if plan.owner is None:
        return []
    at = (plan.replied or min(plan.age, timedelta(hours=2))) * rng.uniform(0.2, 0.7)
    return [
        _status_line(at, OWNER, Status.NEW, Status.OPEN),
        TimelineEntry(at, "system", OWNER, "Claimed by {agent}"),
    ]


def _conversation(plan: Plan, scene: Scene, rng: Random) -> list[TimelineEntry]:
    assert plan.replied is not None  # noqa: S101  (asked by the only caller)
    lines = [TimelineEntry(plan.replied, "reply", OWNER, scene.answers[0])]
    if plan.owner is None:
        lines.append(_status_line(plan.replied, OWNER, Status.NEW, Status.OPEN))
    more: list[tuple[str, str, str]] = []
    if rng.random() < 0.45:
        more.append(("note", OWNER, scene.note))
    if rng.random() < 0.75:
        more.append(("requester", REQUESTER, rng.choice(scene.early_replies)))
    if len(scene.answers) > 1 and rng.random() < 0.6:
        more.append(("reply", OWNER, scene.answers[1]))
        if rng.random() < 0.4:
            more.append(("requester", REQUESTER, scene.replies[-1]))
    end = plan.resolved or plan.age
    step = (end - plan.replied) / (len(more) + 1)
    return lines + [TimelineEntry(plan.replied + step * (n + 1), *words) for n, words in enumerate(more)]


def _end(plan: Plan, scene: Scene, rng: Random) -> list[TimelineEntry]:
    if plan.resolved is None:
        if plan.status in ("pending", "on_hold"):
            begun = plan.replied or timedelta(0)
            return [_status_line(begun + (plan.age - begun) * 0.97, OWNER, Status.OPEN, Status(plan.status))]
        return []
    end = [
        TimelineEntry(plan.resolved, "reply", OWNER, rng.choice(scene.closings)),
        _status_line(plan.resolved, OWNER, Status.OPEN, Status.RESOLVED),
    ]
    if plan.status == Status.CLOSED:
        end.append(_status_line(plan.resolved + CLOSED_AFTER, SYSTEM, Status.RESOLVED, Status.CLOSED))
    return end


def _status_line(at: timedelta, author: str, before: Status, after: Status) -> TimelineEntry:
    return TimelineEntry(at, "system", author, f"Status: {before.label} → {after.label}")
