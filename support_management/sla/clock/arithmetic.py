"""The arithmetic of a clock. Pure: no database, no settings, no current time.

Time is *served* while a clock runs and its calendar is open. Each threshold falls due at its *mark*, an amount of time
served. A re-target changes the marks and the calendar from then on; time served before still counts, each run on the
calendar in force at the time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

ZERO = timedelta(0)
SOON_SHARE, RISK_SHARE = 0.25, 0.10
RISK_AT_LEAST = timedelta(minutes=5)
STAGES = {"warned": "due_soon", "at_risk": "at_risk", "breached": "breached"}
"""Kind of a threshold in the history, and the stage that screens show once it is reached."""


class WorkingHours(Protocol):
    """The opening hours of a calendar."""

    def add(self, start: datetime, worked: timedelta) -> datetime:
        """The instant at which `worked` of open time has passed since `start`."""

    def between(self, start: datetime, until: datetime) -> timedelta:
        """Open time between two instants."""


class AroundTheClock:
    """A calendar that never closes."""

    def add(self, start: datetime, worked: timedelta) -> datetime:
        return start + worked

    def between(self, start: datetime, until: datetime) -> timedelta:
        return until - start


AROUND_THE_CLOCK = AroundTheClock()


class RunInterval(NamedTuple):
    """A finished interval during which the clock ran."""

    since: datetime
    until: datetime
    hours: WorkingHours


@dataclass(frozen=True, slots=True)
class WarningMark:
    """When a policy warns: at a share of the target, or a length of open time before it."""

    at_share: float | None = None
    before: timedelta | None = None

    def mark(self, target: timedelta) -> timedelta:
        """Time served at which the warning falls due; never before the start."""
        return target * self.at_share if self.at_share is not None else max(ZERO, target - (self.before or ZERO))

    @property
    def name(self) -> str:
        """The name in the history, such as `75 %` or `30 min before`."""
        if self.at_share is not None:
            return f"{self.at_share * 100:g} %"
        return f"{(self.before or ZERO) // timedelta(minutes=1)} min before"


class Threshold(NamedTuple):
    """A threshold: its kind (`warned`, `at_risk`, `breached`), its name within the kind, and its mark."""

    kind: str
    name: str
    mark: timedelta


DEFAULT_WARNING = WarningMark(at_share=1 - SOON_SHARE)
"""A quarter of the target left. Applies unless the policy warns earlier."""


def thresholds_of(target: timedelta, warnings: Iterable[WarningMark] = (DEFAULT_WARNING,)) -> list[Threshold]:
    """The thresholds of a target in the order in which they fall due.

    A clock is due soon with a quarter of the target left, or earlier when the policy warns earlier; at risk with a
    tenth but at least five minutes left, because a percentage alone is meaningless on a short target; then breached.
    A warning never falls due after the clock is at risk, and no threshold lies before the start.
    """
    risk = max(ZERO, target - max(target * RISK_SHARE, RISK_AT_LEAST))
    marks = {warning.name: min(warning.mark(target), risk) for warning in warnings}
    default = DEFAULT_WARNING.mark(target)
    if all(mark > default for mark in marks.values()):
        marks[DEFAULT_WARNING.name] = min(default, risk)
    warned = [
        Threshold("warned", name, mark) for name, mark in sorted(marks.items(), key=lambda item: (item[1], item[0]))
    ]
    return [*warned, Threshold("at_risk", "", risk), Threshold("breached", "", target)]


@dataclass(frozen=True, slots=True)
class ClockProgress:
    """Time `served` before `since`, and the hours on which the clock runs from there.

    For a paused clock `since` is the instant of the pause, and `instant` answers as if it were still running.
    `before` holds the runs that make up `served`; only marks already passed need them.
    """

    since: datetime
    hours: WorkingHours
    served: timedelta = ZERO
    before: tuple[RunInterval, ...] = ()

    @classmethod
    def after(cls, runs: Sequence[RunInterval], since: datetime, hours: WorkingHours) -> "ClockProgress":
        """Running from `since`, after these finished runs."""
        served = sum((run.hours.between(run.since, run.until) for run in runs), ZERO)
        return cls(since, hours, served, tuple(runs))

    def instant(self, mark: timedelta) -> datetime:
        """The instant at which `mark` of time is served, before or after `since`.

        ValueError when `before` is shorter than `served`.
        """
        if mark > self.served or not self.before:
            return self.hours.add(self.since, mark - self.served)
        remaining = mark
        for run in self.before:
            worked = run.hours.between(run.since, run.until)
            if worked >= remaining:
                return run.hours.add(run.since, remaining)
            remaining -= worked
        raise ValueError("The runs in `before` are shorter than the time served.")

    def served_by(self, moment: datetime) -> timedelta:
        """Time served until an instant at or after `since`."""
        return self.served + self.hours.between(self.since, moment)


def passed(
    progress: ClockProgress, thresholds: Sequence[Threshold], reached: int, until: datetime
) -> list[tuple[Threshold, datetime]]:
    """Thresholds after the first `reached` that fall due by `until`, in order, each with its instant."""
    crossed = []
    for threshold in thresholds[reached:]:
        at = progress.instant(threshold.mark)
        if at > until:
            break
        crossed.append((threshold, at))
    return crossed


def stage(thresholds: Sequence[Threshold], reached: int) -> str:
    """The stage that screens show when the first `reached` thresholds have fallen due."""
    return STAGES[thresholds[reached - 1].kind] if reached else "on_track"
