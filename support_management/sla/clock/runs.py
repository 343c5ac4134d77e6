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
    """Terms that a clock ran under until `until`; `extension` is what leads had added by then, in seconds."""

    policy_id: int
    policy_version: int
    calendar_id: int
    target_seconds: int
    until: datetime
    extension: int


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


def left_since(events: Iterable[SLAEvent], policy_id: int, since: datetime) -> tuple[Stretch | None, int]:
    """The latest stretch under a policy if it ended at or after `since`, and all extensions until now, in seconds.

    A stretch ends when another policy takes over, or with the clock, when no policy had a target for it.
    """
    stretch, extension, current = None, 0, None
    for event in events:
        ended = event.kind == "cancelled" and not event.cause.startswith("status ")
        if current is not None and (ended or (event.kind in TERMS and event.policy_id != current.policy_id)):
            if current.policy_id == policy_id:
                stretch = _stretch(current, event.at, extension)
            current = None if ended else event
        elif event.kind in TERMS:
            if current is not None and event.policy_version == current.policy_version:
                extension += (event.target_seconds or 0) - (current.target_seconds or 0)
            current = event
    return (stretch if stretch is not None and stretch.until >= since else None), extension


def _stretch(event: SLAEvent, until: datetime, extension: int) -> Stretch:
    terms = (event.policy_id, event.policy_version, event.calendar_id, event.target_seconds)
    return Stretch(*terms, until, extension)  # type: ignore[arg-type]
