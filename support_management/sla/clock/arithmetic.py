"""The arithmetic of a clock. Values in, values out: no database, no settings, no question of what time it is.

Time is *served* while a clock runs and its calendar is open. Everything that a clock does falls due at a *mark*: so
much time served. A re-target changes the marks and the calendar from then on; what was served before stays served,
stretch by stretch, on the calendar as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

ZERO = timedelta(0)
SOON_SHARE, RISK_SHARE = 0.25, 0.10
RISK_AT_LEAST = timedelta(minutes=5)
STAGES = {"warned": "due_soon", "at_risk": "at_risk", "breached": "breached"}
"""What a threshold is called in the history, and the word that screens show from it on."""


class WorkingHours(Protocol):
    """When a calendar is open."""

    def add(self, start: datetime, worked: timedelta) -> datetime:
        """The instant at which so much open time has passed since `start`."""

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
    """A finished stretch in which the clock ran."""

    since: datetime
    until: datetime
    hours: WorkingHours


@dataclass(frozen=True, slots=True)
class WarningMark:
    """When a policy wants to be told: at a share of the target, or so long before it."""

    at_share: float | None = None
    before: timedelta | None = None

    def mark(self, target: timedelta) -> timedelta:
        """Time served at which it falls due; never before the start."""
        return target * self.at_share if self.at_share is not None else max(ZERO, target - (self.before or ZERO))

    @property
    def name(self) -> str:
        """What the history calls it."""
        if self.at_share is not None:
            return f"{self.at_share * 100:g} %"
        return f"{(self.before or ZERO) // timedelta(minutes=1)} min before"


class Threshold(NamedTuple):
    """A threshold: what happens (`warned`, `at_risk`, `breached`), its name among its kind, and its mark."""

    kind: str
    name: str
    mark: timedelta


USUAL = (WarningMark(at_share=1 - SOON_SHARE),)
"""Warned with a quarter left, unless the policy says otherwise."""


def steps(target: timedelta, warnings: Iterable[WarningMark] = USUAL) -> list[Threshold]:
    """The thresholds of a promise in the order in which they fall due.

    A clock is due soon from a quarter left on, or earlier when the policy warns earlier; at risk with a tenth but at
    least five minutes left, for a percentage alone is meaningless on a short promise; then breached. A warning never
    comes after the risk it warns of, and nothing lies before the start.
    """
    risk = max(ZERO, target - max(target * RISK_SHARE, RISK_AT_LEAST))
    wanted = {warning.name: min(warning.mark(target), risk) for warning in warnings}
    usual = USUAL[0]
    if all(mark > usual.mark(target) for mark in wanted.values()):
        wanted[usual.name] = min(usual.mark(target), risk)
    warned = [
        Threshold("warned", name, mark) for name, mark in sorted(wanted.items(), key=lambda item: (item[1], item[0]))
    ]
    return [*warned, Threshold("at_risk", "", risk), Threshold("breached", "", target)]


@dataclass(frozen=True, slots=True)
class ClockProgress:
    """How far a clock has come: `served` before `since`, and the hours it runs on from there.

    Of a paused clock `since` is the instant of the pause: its instants are those it would have had without.
    `before` are the stretches that made up `served`; only who asks for a mark already passed needs them.
    """

    since: datetime
    hours: WorkingHours
    served: timedelta = ZERO
    before: tuple[RunInterval, ...] = ()

    @classmethod
    def after(cls, runs: Sequence[RunInterval], since: datetime, hours: WorkingHours) -> "ClockProgress":
        """Running from `since`, after these finished stretches."""
        served = sum((run.hours.between(run.since, run.until) for run in runs), ZERO)
        return cls(since, hours, served, tuple(runs))

    def instant(self, mark: timedelta) -> datetime:
        """When so much time has been served, before or after `since`. Just served means: where that was so."""
        if mark > self.served or not self.before:
            return self.hours.add(self.since, mark - self.served)
        left = mark
        for run in self.before:
            worked = run.hours.between(run.since, run.until)
            if worked >= left:
                return run.hours.add(run.since, left)
            left -= worked
        raise ValueError("The stretches before are shorter than what was served.")

    def served_by(self, moment: datetime) -> timedelta:
        """Time served until an instant at or after `since`."""
        return self.served + self.hours.between(self.since, moment)


def passed(
    course: ClockProgress, plan: Sequence[Threshold], reached: int, until: datetime
) -> list[tuple[Threshold, datetime]]:
    """Thresholds after the first `reached` whose instant has come, in order, each with its instant."""
    found = []
    for step in plan[reached:]:
        at = course.instant(step.mark)
        if at > until:
            break
        found.append((step, at))
    return found


def stage(plan: Sequence[Threshold], reached: int) -> str:
    """The word that screens show when the first `reached` thresholds have fallen due."""
    return STAGES[plan[reached - 1].kind] if reached else "on_track"
