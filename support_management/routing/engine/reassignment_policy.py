"""Which work is reassigned from its owner, and why. Pure: values in, values out.

A suspended or inactive owner loses all work at once. An absent owner loses the work that counts as load after a limit;
work that waits for a customer or a third party stays. During a break only urgent work is reassigned at first. An owner
who is online loses untouched work at SLA risk, and untouched work above their capacity.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOST = {"suspended": "suspended", "inactive": "inactive", "not an agent": "inactive"}
"""Status of an owner who must not have work → cause."""
_ABSENT = {
    "away": "is away",
    "unseen": "has not been active",
    "offline": "is offline",
    "absent": "is absent",
    "off_shift": "is off shift",
}
_URGENT = ("at_risk", "breached")


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceLimits:
    """Time after which work is reassigned: during an absence, and during a break."""

    absent: timedelta
    pause: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerState:
    """The owner of work. `standing`: a key of LOST, or empty. `why_not`: why they are not available, or empty.

    `load` and `capacity` are in units, `since` is the start of `state`.
    """

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
    """Open work of an owner. `loads`: it counts as load. `touched`: the owner has worked on it since `had_at`.

    `had_at`: when the owner got it. `above`: assigned manually above capacity. `offered`: a reassignment was already
    tried since `had_at`.
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
    """Work to reassign, with the cause (a value of ReassignmentLog.Cause) and the beginning of the reason.

    `since`: when the cause began, if that is known. `lost`: the owner must not keep the work.
    """

    held: HeldWork
    cause: str
    words: str
    since: datetime | None = None
    lost: bool = False


def leaving(
    owner: OwnerState, held: Sequence[HeldWork], *, now: datetime, limits: AbsenceLimits
) -> list[ReassignmentCause]:
    """The work to reassign from this owner now, with causes."""
    if owner.standing:
        words = f"{owner.name} is {owner.standing}"
        return [ReassignmentCause(held=work, cause=LOST[owner.standing], words=words, lost=True) for work in held]
    absent_for = now - owner.since
    if owner.state == "break":
        return _on_a_break(owner, held, now=now, limits=limits)
    if owner.state != "online":
        if absent_for < limits.absent:
            return []
        words = f"{owner.name} {_ABSENT.get(owner.why_not, 'is away')}"
        cause = "offline" if owner.state == "offline" else "away"
        return [
            ReassignmentCause(held=work, cause=cause, words=words, since=owner.since) for work in held if work.loads
        ]
    return _above_capacity(owner, held) or _at_risk(owner, held)


def _on_a_break(
    owner: OwnerState, held: Sequence[HeldWork], *, now: datetime, limits: AbsenceLimits
) -> list[ReassignmentCause]:
    absent_for = now - owner.since
    if absent_for < limits.absent:
        return []
    include_all, soon = absent_for >= limits.pause, now + limits.absent
    words = f"{owner.name} is on a break"
    return [
        ReassignmentCause(held=work, cause="break", words=words, since=owner.since)
        for work in held
        if work.loads and (include_all or work.due_state in _URGENT or work.due_at <= soon)
    ]


def _above_capacity(owner: OwnerState, held: Iterable[HeldWork]) -> list[ReassignmentCause]:
    """The newest untouched work until the rest fits the capacity; work assigned above capacity stays."""
    works = list(held)
    over = owner.load - owner.capacity - sum(work.units for work in works if work.above)
    words = f"{owner.name} has {owner.load} of {owner.capacity} units"
    causes = []
    for work in sorted(works, key=lambda work: (work.had_at, work.id), reverse=True):
        if over <= 0:
            break
        if work.units and not (work.touched or work.above):
            causes.append(ReassignmentCause(held=work, cause="overload", words=words))
            over -= work.units
    return causes


def _at_risk(owner: OwnerState, held: Iterable[HeldWork]) -> list[ReassignmentCause]:
    return [
        ReassignmentCause(held=work, cause="sla_risk", words=f"SLA at risk and no activity from {owner.name}")
        for work in held
        if work.loads and work.due_state == "at_risk" and not work.touched and not work.offered
    ]
