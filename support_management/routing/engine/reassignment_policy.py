"""Which work leaves its owner, and why. Values in, values out.

Who is suspended or works here no more leaves all of it, at once. Who has not been there for long leaves what counts as
load; what waits for a requester or a third party waits for its owner as well. A break leaves at first only what cannot
wait for its end. Of who is there, work goes that is at risk and untouched, and what is beyond their capacity.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOST = {"suspended": "suspended", "inactive": "inactive", "not an agent": "inactive"}
"""Standing of who cannot have work at all → cause."""
_ABSENT = {
    "away": "is away",
    "unseen": "has not been active",
    "offline": "is offline",
    "absent": "is absent",
    "off_shift": "is off shift",
}
_PRESSING = ("at_risk", "breached")


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceLimits:
    """How long is too long: not there, and on a break."""

    absent: timedelta
    pause: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerState:
    """Who has work. `standing`: a word of LOST, or empty. `why_not`: why rules give them none, if they do not."""

    id: int
    name: str
    standing: str
    state: str
    since: datetime
    why_not: str
    load: int
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWork:
    """Open work that somebody has. `loads`: it counts as load. `touched`: its owner has said something since `had_at`.

    `above`: a lead's hand gave it beyond the capacity. `offered`: others were asked already, since its owner has it.
    """

    kind: str
    id: int
    units: int
    loads: bool
    due_at: datetime
    due_state: str
    had_at: datetime
    touched: bool
    above: bool
    offered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignmentCause:
    """Work to be offered to others: the cause (a word of ReassignmentLog.Cause) and how a reason begins.

    `since`: when the reason began, where it has a moment. `lost`: its owner cannot keep it.
    """

    held: HeldWork
    cause: str
    words: str
    since: datetime | None = None
    lost: bool = False


def leaving(
    owner: OwnerState, held: Sequence[HeldWork], *, now: datetime, limits: AbsenceLimits
) -> list[ReassignmentCause]:
    """What leaves this owner now."""
    if owner.standing:
        words = f"{owner.name} is {owner.standing}"
        return [ReassignmentCause(held=one, cause=LOST[owner.standing], words=words, lost=True) for one in held]
    gone = now - owner.since
    if owner.state == "break":
        return _on_a_break(owner, held, now=now, limits=limits)
    if owner.state != "online":
        if gone < limits.absent:
            return []
        words = f"{owner.name} {_ABSENT.get(owner.why_not, 'is away')}"
        cause = "offline" if owner.state == "offline" else "away"
        return [ReassignmentCause(held=one, cause=cause, words=words, since=owner.since) for one in held if one.loads]
    return _too_much(owner, held) or _at_risk(owner, held)


def _on_a_break(
    owner: OwnerState, held: Sequence[HeldWork], *, now: datetime, limits: AbsenceLimits
) -> list[ReassignmentCause]:
    gone = now - owner.since
    if gone < limits.absent:
        return []
    all_of_it, soon = gone >= limits.pause, now + limits.absent
    words = f"{owner.name} is on a break"
    return [
        ReassignmentCause(held=one, cause="break", words=words, since=owner.since)
        for one in held
        if one.loads and (all_of_it or one.due_state in _PRESSING or one.due_at <= soon)
    ]


def _too_much(owner: OwnerState, held: Iterable[HeldWork]) -> list[ReassignmentCause]:
    """The newest untouched work, until the rest fits. What a lead's hand gave beyond it is meant to be there."""
    works = list(held)
    over = owner.load - owner.capacity - sum(one.units for one in works if one.above)
    words = f"{owner.name} has {owner.load} of {owner.capacity} units"
    found = []
    for one in sorted(works, key=lambda one: (one.had_at, one.id), reverse=True):
        if over <= 0:
            break
        if one.units and not (one.touched or one.above):
            found.append(ReassignmentCause(held=one, cause="overload", words=words))
            over -= one.units
    return found


def _at_risk(owner: OwnerState, held: Iterable[HeldWork]) -> list[ReassignmentCause]:
    return [
        ReassignmentCause(held=one, cause="sla_risk", words=f"SLA at risk and no activity from {owner.name}")
        for one in held
        if one.loads and one.due_state == "at_risk" and not one.touched and not one.offered
    ]
