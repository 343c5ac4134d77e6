"""A clock told from its history: the stretches in which it ran and stood still, what moved its deadline, and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from support_management.sla.clock.working_time import WorkingTime, hours_of_each
from support_management.sla.models import OrderDisputeSLA, SLAEvent

RAN, STOOD, TURNED, PASSED, ENDED = "run", "pause", "turn", "mark", "end"
RULE = "escalated"
"""A rule did something to the work; the clock itself goes on."""
_SECOND = timedelta(seconds=1)
_CAUSES = {
    "created": "created",
    "opened": "dispute opened",
    "message": "customer replied",
    "reply": "public reply",
    "reopened": "reopened",
    "priority": "priority changed",
    "type": "queue changed",
    "tags": "tags changed",
    "changed": "details changed",
    "time": "",
}
_PASSED = {"warned": "Due soon", "at_risk": "At risk", "breached": "Breached"}


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of the story. `seconds` is how long it lasted: open time of a run, plain time of a pause.

    A stretch that goes on has no `until` and no `seconds`.
    """

    what: str
    at: datetime
    text: str = ""
    why: str = ""
    who: str = ""
    until: datetime | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class ClockStory:
    """Everything there is to tell of a clock. `given` is the target, `extra` of it what a lead added (seconds)."""

    clock: OrderDisputeSLA
    parts: tuple[StoryLine, ...]
    given: int
    extra: int
    ends: datetime = field(compare=False)
    """Where a picture of it ends: the deadline, or later when it ended or last changed after that."""


def of(clocks: Sequence[OrderDisputeSLA]) -> list[ClockStory]:
    """The stories of these clocks. Two queries, however many."""
    lines: dict[int, list[SLAEvent]] = defaultdict(list)
    rows = SLAEvent.objects.filter(clock__in=[clock.pk for clock in clocks]).select_related("actor", "policy")
    for line in rows.order_by("clock", "id"):
        lines[line.clock_id].append(line)
    named = {line.calendar_id for some in lines.values() for line in some if line.calendar_id}
    calendars = hours_of_each(named)
    return [_story(clock, lines[clock.pk], calendars) for clock in clocks]


def _story(clock: OrderDisputeSLA, lines: Sequence[SLAEvent], calendars: dict[int, WorkingTime]) -> ClockStory:
    parts, hours, target = [], None, 0
    followers = {line.pk: _next_turn(lines[at + 1 :]) for at, line in enumerate(lines)}
    running = False
    for line in lines:
        hours = calendars.get(line.calendar_id or 0, hours)
        until = followers[line.pk]
        if line.kind in ("started", "resumed"):
            running = True
            parts.append(_ran(line, until, hours))
        elif line.kind == "paused":
            running = False
            parts.append(_stood(line, until))
        elif line.kind == "retargeted":
            parts.append(_turned(line, target))
            if running:
                parts.append(_ran(line, until, hours, why=False))
        elif line.kind in _PASSED:
            parts.append(StoryLine(PASSED, line.at, text=_passed(line)))
        elif line.kind == RULE:
            parts.append(StoryLine(PASSED, line.at, text="Escalation rule ran", why=line.cause))
        else:
            word = "Met" if line.kind == "met" else "Cancelled"
            late = line.kind == "met" and line.at > line.due_at
            parts.append(StoryLine(ENDED, line.at, "Completed overdue" if late else word, _why(line.cause), _who(line)))
        target = line.target_seconds or target
    last = max([line.at for line in lines] + [clock.due_at])
    return ClockStory(clock, tuple(parts), clock.target_seconds, clock.extra_seconds, last)


def _next_turn(lines: Iterable[SLAEvent]) -> datetime | None:
    turns = (line.at for line in lines if line.kind not in _PASSED and line.kind != RULE)
    return next(turns, None)


def _ran(line: SLAEvent, until: datetime | None, hours: WorkingTime | None, *, why: bool = True) -> StoryLine:
    seconds = hours.between(line.at, until) // _SECOND if until and hours else None
    return StoryLine(RAN, line.at, "", _why(line.cause) if why else "", _who(line) if why else "", until, seconds)


def _stood(line: SLAEvent, until: datetime | None) -> StoryLine:
    seconds = (until - line.at) // _SECOND if until else None
    return StoryLine(STOOD, line.at, "", _why(line.cause), _who(line), until, seconds)


def _turned(line: SLAEvent, before: int) -> StoryLine:
    policy = f"{line.policy}, version {line.policy_version}" if line.policy else ""
    why = "; ".join(word for word in (_why(line.cause), policy) if word)
    text = f"{_length(before)} to {_length(line.target_seconds or 0)}"
    return StoryLine(TURNED, line.at, text, why, _who(line))


def _passed(line: SLAEvent) -> str:
    """The threshold; its kept name writes a share as `75 %`."""
    return f"{_PASSED[line.kind]} ({line.threshold.replace(' %', '%')})" if line.threshold else _PASSED[line.kind]


def _who(line: SLAEvent) -> str:
    return str(line.actor) if line.actor else ""


def _why(cause: str) -> str:
    if cause.startswith("status "):
        return f"status {cause.removeprefix('status ').replace('_', ' ')}"
    words = cause.split(", ")
    return ", ".join(_CAUSES[word] for word in words) if set(words) <= set(_CAUSES) else cause


def _length(seconds: int) -> str:
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f"{hours}h {minutes}m" if hours and minutes else f"{hours}h" if hours else f"{minutes}m"
