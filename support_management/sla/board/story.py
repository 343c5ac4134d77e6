"""The story of a clock from its history: runs, pauses, changes of its target, thresholds, and their causes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from support_management.sla.clock.working_time import WorkingTime, hours_of_each
from support_management.sla.models import OrderDisputeSLA, SLAEvent

RUN, PAUSE, RETARGET, THRESHOLD, END = "run", "pause", "turn", "mark", "end"
RULE = "escalated"
"""Kind of event in which a rule acted on the work; the clock itself is not affected."""
_SECOND = timedelta(seconds=1)
_CAUSES = {
    "created": "created",
    "opened": "dispute opened",
    "logged": "payment issue logged",
    "message": "customer replied",
    "reply": "public reply",
    "reopened": "reopened",
    "priority": "priority changed",
    "type": "queue changed",
    "tags": "tags changed",
    "changed": "details changed",
    "time": "",
}
_THRESHOLDS = {"warned": "Due soon", "at_risk": "At risk", "breached": "Breached"}


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of the story. `seconds` is open time for a run and elapsed time for a pause.

    A run or pause that has not ended has no `until` and no `seconds`.
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
    """A clock with the lines of its story. `given` is the target and `extra` the part added by a lead, in seconds."""

    clock: OrderDisputeSLA
    parts: tuple[StoryLine, ...]
    given: int
    extra: int
    ends: datetime = field(compare=False)
    """Where a chart of it ends: at the deadline, or at the last event if that is later."""


def of(clocks: Sequence[OrderDisputeSLA]) -> list[ClockStory]:
    """The stories of these clocks. Two queries for any number."""
    events: dict[int, list[SLAEvent]] = defaultdict(list)
    rows = SLAEvent.objects.filter(clock__in=[clock.pk for clock in clocks]).select_related("actor", "policy")
    for event in rows.order_by("clock", "id"):
        events[event.clock_id].append(event)
    calendar_ids = {event.calendar_id for history in events.values() for event in history if event.calendar_id}
    calendars = hours_of_each(calendar_ids)
    return [_story(clock, events[clock.pk], calendars) for clock in clocks]


def _story(clock: OrderDisputeSLA, events: Sequence[SLAEvent], calendars: dict[int, WorkingTime]) -> ClockStory:
    parts, hours, target = [], None, 0
    ends = {event.pk: _next_change(events[index + 1 :]) for index, event in enumerate(events)}
    running = False
    for event in events:
        hours = calendars.get(event.calendar_id or 0, hours)
        until = ends[event.pk]
        if event.kind in ("started", "resumed"):
            running = True
            parts.append(_run(event, until, hours))
        elif event.kind == "paused":
            running = False
            parts.append(_pause(event, until))
        elif event.kind in ("retargeted", "restored"):
            parts.append(_retarget(event, target))
            if running:
                parts.append(_run(event, until, hours, why=False))
        elif event.kind in _THRESHOLDS:
            parts.append(StoryLine(THRESHOLD, event.at, text=_threshold(event)))
        elif event.kind == RULE:
            parts.append(StoryLine(THRESHOLD, event.at, text="Escalation rule ran", why=event.cause))
        else:
            parts.append(StoryLine(END, event.at, _ending(event, clock), _why(event.cause), _who(event)))
        target = event.target_seconds or target
    last = max([event.at for event in events] + [clock.due_at])
    return ClockStory(clock, tuple(parts), clock.target_seconds, clock.extra_seconds, last)


def _ending(event: SLAEvent, clock: OrderDisputeSLA) -> str:
    if event.kind != "met":
        return "Missed" if clock.state == "breached" else "Cancelled"
    return "Completed overdue" if event.at > event.due_at else "Met"


def _next_change(events: Iterable[SLAEvent]) -> datetime | None:
    """When the clock changes next; thresholds and rules do not change it."""
    changes = (event.at for event in events if event.kind not in _THRESHOLDS and event.kind != RULE)
    return next(changes, None)


def _run(event: SLAEvent, until: datetime | None, hours: WorkingTime | None, *, why: bool = True) -> StoryLine:
    seconds = hours.between(event.at, until) // _SECOND if until and hours else None
    return StoryLine(RUN, event.at, "", _why(event.cause) if why else "", _who(event) if why else "", until, seconds)


def _pause(event: SLAEvent, until: datetime | None) -> StoryLine:
    seconds = (until - event.at) // _SECOND if until else None
    return StoryLine(PAUSE, event.at, "", _why(event.cause), _who(event), until, seconds)


def _retarget(event: SLAEvent, before: int) -> StoryLine:
    policy = f"{event.policy}, version {event.policy_version}" if event.policy else ""
    why = "; ".join(word for word in (_why(event.cause), policy) if word)
    restored = "Restored: " if event.kind == "restored" else ""
    text = f"{restored}{_length(before)} to {_length(event.target_seconds or 0)}"
    return StoryLine(RETARGET, event.at, text, why, _who(event))


def _threshold(event: SLAEvent) -> str:
    """The threshold; its stored name writes a share as `75 %`."""
    name = event.threshold.replace(" %", "%")
    return f"{_THRESHOLDS[event.kind]} ({name})" if name else _THRESHOLDS[event.kind]


def _who(event: SLAEvent) -> str:
    return str(event.actor) if event.actor else ""


def _why(cause: str) -> str:
    if cause.startswith("status "):
        return f"status {cause.removeprefix('status ').replace('_', ' ')}"
    words = cause.split(", ")
    return ", ".join(_CAUSES[word] for word in words) if set(words) <= set(_CAUSES) else cause


def _length(seconds: int) -> str:
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f"{hours}h {minutes}m" if hours and minutes else f"{hours}h" if hours else f"{minutes}m"
