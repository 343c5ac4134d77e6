"""Rebuilds a clock from nothing but its history. Pure: events in, the row's values out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from support_management.sla.clock.arithmetic import (
    AROUND_THE_CLOCK,
    ClockProgress,
    RunInterval,
    Threshold,
    WarningMark,
    WorkingHours,
    stage,
    thresholds_of,
)
from support_management.sla.clock.runs import TERMS

NOT_YET = datetime.min.replace(tzinfo=UTC)
"""Before the first event of a clock."""


@dataclass(slots=True)
class Replay:
    """The clock according to the events read so far. `next_fire_at` is None when no threshold is left."""

    hours_of: Callable[[int, datetime], WorkingHours]
    """A calendar as it was stored at an instant."""
    warnings_of: Callable[[int, int], Sequence[WarningMark]]
    state: str = ""
    started_at: datetime = NOT_YET
    target_seconds: int = 0
    due_at: datetime | None = None
    paused_at: datetime | None = None
    paused_seconds: int = 0
    breached_at: datetime | None = None
    completed_at: datetime | None = None
    served: timedelta = timedelta(0)
    since: datetime = NOT_YET
    calendar_id: int = 0
    policy_id: int = 0
    policy_version: int = 0
    stage: str = "on_track"
    next_fire_at: datetime | None = None
    progress: ClockProgress = field(default_factory=lambda: ClockProgress(NOT_YET, AROUND_THE_CLOCK))
    runs: list[RunInterval] = field(default_factory=list)
    left_at: dict[int, int] = field(default_factory=dict)
    """How many runs were finished when a policy was left, by policy."""
    before_end: tuple[str, int] = ("", 0)
    """State and paused seconds before the latest end."""
    fired: set[tuple[str, str]] = field(default_factory=set)
    thresholds: Sequence[Threshold] = ()

    def read(self, event: Any) -> None:
        """Apply the next event."""
        getattr(self, f"_{event.kind}")(event)
        if event.kind in TERMS:
            warnings = self.warnings_of(event.policy_id, event.policy_version)
            self.thresholds = thresholds_of(timedelta(seconds=self.target_seconds), warnings)
        if event.kind in (*TERMS, "resumed"):
            before = tuple(self.runs) if event.kind in ("retargeted", "restored") else ()
            self.progress = ClockProgress(
                self.since, self.hours_of(self.calendar_id, event.fired_at), self.served, before
            )
            self.due_at = self.progress.instant(timedelta(seconds=self.target_seconds))

    def settle(self, reached: int) -> None:
        """After the last event: set stage and next threshold for a clock that has `reached` this many thresholds."""
        fired = all((threshold.kind, threshold.name) in self.fired for threshold in self.thresholds[:reached])
        self.stage = stage(self.thresholds, reached) if fired else "not fired"
        waiting = self.state == "running" and reached < len(self.thresholds)
        self.next_fire_at = self.progress.instant(self.thresholds[reached].mark) if waiting else None

    def _end_run(self, event) -> None:
        self.runs.append(RunInterval(self.since, event.at, self.hours_of(self.calendar_id, event.fired_at)))
        self.since = event.at
        self._count()

    def _count(self) -> None:
        self.served = sum((run.hours.between(run.since, run.until) for run in self.runs), timedelta(0))

    def _set_terms(self, event) -> None:
        self.target_seconds, self.calendar_id = event.target_seconds, event.calendar_id
        self.policy_id, self.policy_version = event.policy_id, event.policy_version

    def _started(self, event) -> None:
        self.state, self.started_at, self.since = "running", event.at, event.at
        self._set_terms(event)

    def _paused(self, event) -> None:
        self._end_run(event)
        self.state, self.paused_at = "paused", event.at

    def _resumed(self, event) -> None:
        self.paused_seconds += (event.at - self.since) // timedelta(seconds=1)
        self.state, self.paused_at, self.since = "running", None, event.at

    def _retargeted(self, event) -> None:
        if self.state == "running":
            self._end_run(event)
        if event.policy_id != self.policy_id:
            self.left_at[self.policy_id] = len(self.runs)
        self._set_terms(event)

    def _restored(self, event) -> None:
        """What ran since the policy was left counts on its calendar, as if it had never been left."""
        if self.completed_at is not None:
            (self.state, self.paused_seconds), self.completed_at = self.before_end, None
        self._retargeted(event)
        first, hours = (
            self.left_at.get(event.policy_id, len(self.runs)),
            self.hours_of(event.calendar_id, event.fired_at),
        )
        self.runs[first:] = [run._replace(hours=hours) for run in self.runs[first:]]
        self._count()

    def _warned(self, event) -> None:
        self.fired.add((event.kind, event.threshold))

    _at_risk = _warned

    def _breached(self, event) -> None:
        self._warned(event)
        if self.state == "paused" and event.at >= self.since:  # never answered: it ends as missed
            self.paused_seconds += (event.at - self.since) // timedelta(seconds=1)
            self.since = event.at
        self.state, self.breached_at, self.paused_at = "breached", event.at, None

    def _met(self, event) -> None:
        self.before_end = (self.state, self.paused_seconds)
        if self.state == "paused":
            self.paused_seconds += max(event.at - self.since, timedelta(0)) // timedelta(seconds=1)
        breached = self.breached_at is not None
        self.state = "breached" if breached else "met" if event.kind == "met" else "cancelled"
        self.completed_at = event.at

    _cancelled = _met

    def _escalated(self, event) -> None:
        """A rule acted on the work; the clock itself did not change."""
