"""Which work is reassigned from its owner, and why. Pure: values in, values out.

A suspended or inactive owner loses all work at once. An absent owner loses the work that counts as load after a limit;
work that waits for a customer or a third party stays, and so does work in which the owner is active. During a break
only urgent work is reassigned at first. An owner who is online loses untouched work at SLA risk, but nothing that they
have just taken or been given, and untouched work above their capacity, but nothing that a hand has just given them.
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
    """Open work of an owner. `loads`: it counts as load.

    `had_at`: when the owner got it. `touched`: the owner has changed it since, has a draft, or is `active` in it on
    their screen now. `above`: assigned manually above capacity. `offered`: a reassignment was already tried since
    `had_at`. `given_at`: when it was taken or given by hand, if it was; `stays_until`: the time to look at it.
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
    active: bool = False
    given_at: datetime | None = None
    stays_until: datetime | None = None

    def is_neglected(self, now: datetime) -> bool:
        """Whether an owner who is there has had the time to look at it and has not."""
        return not self.touched and (self.stays_until is None or self.stays_until <= now)

    def may_leave(self, now: datetime) -> bool:
        """Whether an owner who is there may lose it: what routing gave, routing may give to another."""
        return not self.touched and (self.given_at is None or self.is_neglected(now))


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
    """The work to reassign from this owner now, with causes. `held`: all their open work, of every kind."""
    if owner.standing:
        words = f"{owner.name} is {owner.standing}"
        return [ReassignmentCause(held=work, cause=LOST[owner.standing], words=words, lost=True) for work in held]
    if owner.state == "break":
        return _on_a_break(owner, held, now=now, limits=limits)
    if owner.state != "online":
        return _absent(owner, held, now=now, limits=limits)
    return _above_capacity(owner, held, now=now) or _at_risk(owner, held, now=now)


def _absent(
    owner: OwnerState, held: Iterable[HeldWork], *, now: datetime, limits: AbsenceLimits
) -> list[ReassignmentCause]:
    words = f"{owner.name} {_ABSENT.get(owner.why_not, 'is away')}"
    cause = "offline" if owner.state == "offline" else "away"
    return [
        ReassignmentCause(held=work, cause=cause, words=words, since=owner.since)
        for work in held
        if work.loads and not work.active and _waited(owner, work, now) >= limits.absent
    ]


def _on_a_break(
    owner: OwnerState, held: Iterable[HeldWork], *, now: datetime, limits: AbsenceLimits
) -> list[ReassignmentCause]:
    soon, words = now + limits.absent, f"{owner.name} is on a break"

    def leaves(work: HeldWork) -> bool:
        waited = _waited(owner, work, now)
        urgent = work.due_state in _URGENT or work.due_at <= soon
        return waited >= limits.pause or (urgent and waited >= limits.absent)

    return [
        ReassignmentCause(held=work, cause="break", words=words, since=owner.since)
        for work in held
        if work.loads and not work.active and leaves(work)
    ]


def _waited(owner: OwnerState, work: HeldWork, now: datetime) -> timedelta:
    """How long the work has waited for an absent owner. Who gives it to them meanwhile knows of the absence."""
    return now - max(owner.since, work.given_at or owner.since)


def _above_capacity(owner: OwnerState, held: Iterable[HeldWork], *, now: datetime) -> list[ReassignmentCause]:
    """The newest untouched work until the rest fits the capacity; work assigned above capacity stays."""
    works = list(held)
    over = owner.load - owner.capacity - sum(work.units for work in works if work.above)
    words = f"{owner.name} has {owner.load} of {owner.capacity} units"
    causes = []
    for work in sorted(works, key=lambda work: (work.had_at, work.kind, work.id), reverse=True):
        if over <= 0:
            break
        if work.units and work.may_leave(now) and not work.above:
            causes.append(ReassignmentCause(held=work, cause="overload", words=words))
            over -= work.units
    return causes


def _at_risk(owner: OwnerState, held: Iterable[HeldWork], *, now: datetime) -> list[ReassignmentCause]:
    return [
        ReassignmentCause(held=work, cause="sla_risk", words=f"SLA at risk and no activity from {owner.name}")
        for work in held
        if work.loads and work.due_state == "at_risk" and work.is_neglected(now) and not work.offered
    ]
