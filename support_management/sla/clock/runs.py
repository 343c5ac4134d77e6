"""The runs of a clock and the terms it ran under, read from its history."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from support_management.sla.clock.arithmetic import RunInterval
from support_management.sla.clock.working_time import hours_of
from support_management.sla.models import OrderDisputeSLA, SLAEvent

TERMS = ("started", "retargeted", "restored")
"""Events that name what a clock runs under from then on."""
CHANGES = (*TERMS, "paused", "resumed")


class Stretch(NamedTuple):
    """Terms that a clock ran under. The target includes what leads have added since, in seconds."""

    policy_id: int
    policy_version: int
    calendar_id: int
    target_seconds: int
    calendars: frozenset[int]
    """On which the clock has run since then, this one included."""


def runs_of(clock: OrderDisputeSLA) -> list[RunInterval]:
    """The finished runs that make up the time served, from the history."""
    return finished_runs(SLAEvent.objects.filter(clock=clock, kind__in=CHANGES).order_by("id"))


def finished_runs(events: Iterable[SLAEvent]) -> list[RunInterval]:
    """Finished runs between the events of a history, each on the calendar in force then.

    After a restore the time since the policy was left counts on the restored calendar.
    """
    runs: list[tuple[datetime, datetime, int]] = []
    left_at: dict[int, int] = {}
    running, calendar_id, policy_id, since = False, 0, 0, None
    for event in events:
        if running and since is not None:
            runs.append((since, event.at, calendar_id))
        if event.kind in TERMS:
            if policy_id != event.policy_id:
                left_at[policy_id] = len(runs)
            calendar_id, policy_id = event.calendar_id or calendar_id, event.policy_id or 0
        if event.kind == "restored":
            first = left_at.get(policy_id, len(runs))
            runs[first:] = [(start, end, calendar_id) for start, end, _ in runs[first:]]
        running = event.kind in ("started", "resumed") or (running and event.kind != "paused")
        since = event.at
    return [RunInterval(start, end, hours_of(calendar)) for start, end, calendar in runs]


def left_since(newest_first: Iterable[SLAEvent], policy_id: int, since: datetime) -> Stretch | None:
    """The latest stretch under a policy, if it ended at or after `since`. Reads no further back than it must.

    A stretch ends when another policy takes over, or with the clock, when no policy had a target for it.
    """
    successor, added, calendars = None, 0, set()
    for event in newest_first:
        if successor is not None and successor.at < since:
            return None
        if event.kind in TERMS:
            calendars.add(event.calendar_id)
            if successor is not None and event.policy_id == policy_id and _ended_by(event, successor):
                target = (event.target_seconds or 0) + added
                terms = (event.policy_id, event.policy_version, event.calendar_id, target)
                return Stretch(*terms, frozenset(calendars))  # type: ignore[arg-type]
            if successor is not None and not _ended_by(event, successor):
                added += _extension(event, successor)
            successor = event
        elif event.kind == "cancelled" and not event.cause.startswith("status "):
            successor = event
    return None


def _ended_by(event: SLAEvent, successor: SLAEvent) -> bool:
    return successor.kind == "cancelled" or successor.policy_id != event.policy_id


def _extension(event: SLAEvent, successor: SLAEvent) -> int:
    """What a lead added to the target, in seconds; a new version of the policy adds nothing."""
    if successor.policy_version != event.policy_version:
        return 0
    return (successor.target_seconds or 0) - (event.target_seconds or 0)
