"""A clock made anew from nothing but its history. Pure: lines in, the row's values out."""

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
    steps,
)

NOT_YET = datetime.min.replace(tzinfo=UTC)
"""Before the first line."""


@dataclass(slots=True)
class Replay:
    """What the lines read so far say of the clock. `next_fire_at` is None when nothing comes any more."""

    hours_of: Callable[[int, datetime], WorkingHours]
    """A calendar as it was known at an instant."""
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
    course: ClockProgress = field(default_factory=lambda: ClockProgress(NOT_YET, AROUND_THE_CLOCK))
    runs: list[RunInterval] = field(default_factory=list)
    fired: set[tuple[str, str]] = field(default_factory=set)
    plan: Sequence[Threshold] = ()

    def read(self, line: Any) -> None:
        """One line further."""
        getattr(self, f"_{line.kind}")(line)
        if line.kind in ("started", "retargeted"):
            warnings = self.warnings_of(line.policy_id, line.policy_version)
            self.plan = steps(timedelta(seconds=self.target_seconds), warnings)
        if line.kind in ("started", "retargeted", "resumed"):
            before = tuple(self.runs) if line.kind == "retargeted" else ()
            self.course = ClockProgress(self.since, self.hours_of(self.calendar_id, line.fired_at), self.served, before)
            self.due_at = self.course.instant(timedelta(seconds=self.target_seconds))

    def settle(self, reached: int) -> None:
        """After the last line: the stage, and what comes next, when `reached` thresholds have fallen due."""
        fired = all((step.kind, step.name) in self.fired for step in self.plan[:reached])
        self.stage = stage(self.plan, reached) if fired else "not fired"
        waiting = self.state == "running" and reached < len(self.plan)
        self.next_fire_at = self.course.instant(self.plan[reached].mark) if waiting else None

    def _stop(self, line) -> None:
        self.runs.append(RunInterval(self.since, line.at, self.hours_of(self.calendar_id, line.fired_at)))
        self.since = line.at
        self.served = sum((run.hours.between(run.since, run.until) for run in self.runs), timedelta(0))

    def _take(self, line) -> None:
        self.target_seconds, self.calendar_id = line.target_seconds, line.calendar_id
        self.policy_id, self.policy_version = line.policy_id, line.policy_version

    def _started(self, line) -> None:
        self.state, self.started_at, self.since = "running", line.at, line.at
        self._take(line)

    def _paused(self, line) -> None:
        self._stop(line)
        self.state, self.paused_at = "paused", line.at

    def _resumed(self, line) -> None:
        self.paused_seconds += (line.at - self.since) // timedelta(seconds=1)
        self.state, self.paused_at, self.since = "running", None, line.at

    def _retargeted(self, line) -> None:
        if self.state == "running":
            self._stop(line)
        self._take(line)

    def _warned(self, line) -> None:
        self.fired.add((line.kind, line.threshold))

    _at_risk = _warned

    def _breached(self, line) -> None:
        self._warned(line)
        self.state, self.breached_at, self.paused_at = "breached", line.at, None

    def _met(self, line) -> None:
        if self.state == "paused":
            self.paused_seconds += max(line.at - self.since, timedelta(0)) // timedelta(seconds=1)
        late = self.breached_at is not None
        self.state = "breached" if late else "met" if line.kind == "met" else "cancelled"
        self.completed_at = line.at

    _cancelled = _met

    def _escalated(self, line) -> None:
        """What a rule did to the work; the clock itself did not move."""
