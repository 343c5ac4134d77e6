"""When a ticket of the demo was created, answered and resolved: all due states occur, and nothing falls due at once."""

from datetime import timedelta
from random import Random

from support_management.sla.clock import arithmetic
from support_management.sla.defaults import TICKETS

QUIET_TIME = timedelta(seconds=150)
"""After loading, no clock reaches a threshold within this time."""
TOP_UP_QUIET_TIME = timedelta(hours=8)
"""The same for the open work of a top-up."""
DUE_STATES = (((0.05, 0.70), 50), ((0.77, 0.87), 18), ((0.91, 0.97), 10), ((1.05, 2.20), 22))
"""Share of the target used (on track, due soon, at risk, overdue), and the weight of each."""
STEP = timedelta(minutes=3)


def targets(priority: int) -> tuple[timedelta, timedelta]:
    """First response and resolution by the default policies."""
    first, _, resolution = TICKETS[priority]  # type: ignore[index]
    return timedelta(minutes=first), timedelta(minutes=resolution)


def spans(part: str, status: str, owner: str | None, priority: int, rng: Random):
    """(age, replied, resolved) of a ticket."""
    first, resolution = targets(priority)
    waits = status == "new" or (part == "base" and status == "open" and owner and rng.random() < 0.4)
    if status in ("resolved", "closed"):
        return _done(part, status, first, resolution, rng)
    replied = None if waits else _reply_after(first, rng)
    if part == "more":
        return _quiet(first, resolution, replied, rng)
    state = rng.choices([state for state, _ in DUE_STATES], [share for _, share in DUE_STATES])[0]
    age = (first if waits else resolution) * rng.uniform(*state)
    return _clear_of(thresholds(first, resolution, replied), max(age, (replied or age) + STEP)), replied, None


def thresholds(first: timedelta, resolution: timedelta, replied: timedelta | None) -> list[timedelta]:
    """Times since creation at which an open clock of the ticket reaches a threshold."""
    running = [resolution] if replied else [first, resolution]
    return [at for target in running for at in _reaches(target)]


def _reaches(target: timedelta) -> list[timedelta]:
    return [step.mark for step in arithmetic.thresholds_of(target)]


def _clear_of(instants: list[timedelta], age: timedelta) -> timedelta:
    while any(age < at <= age + QUIET_TIME for at in instants):
        age += STEP
    return age


def _quiet(first, resolution, replied, rng: Random):
    """An age at which the next threshold is TOP_UP_QUIET_TIME away or all have been passed."""
    instants = thresholds(first, resolution, replied)
    span = resolution * 0.75 - TOP_UP_QUIET_TIME
    fresh = span > timedelta(0) and rng.random() < 0.7
    age = max(span * rng.uniform(0.1, 1), (replied or timedelta(0)) + STEP) if fresh else timedelta(0)
    if not fresh or any(age < at <= age + TOP_UP_QUIET_TIME for at in instants):
        age = max(instants) * rng.uniform(1.05, 2.5)
    return age, replied, None


def _reply_after(first: timedelta, rng: Random) -> timedelta:
    late = rng.random() < 0.12
    return first * (rng.uniform(1.05, 1.5) if late else rng.uniform(0.08, 0.85))


def _done(part: str, status: str, first, resolution, rng: Random):
    replied = _reply_after(first, rng)
    late = rng.random() < 0.14
    share = rng.uniform(1.05, 1.7) if late else rng.uniform(0.15, 0.95)
    resolved = max(resolution * share, replied + 2 * STEP)
    return resolved + _since_resolved(part, status, rng), replied, resolved


def _since_resolved(part: str, status: str, rng: Random) -> timedelta:
    if part == "history":
        return timedelta(days=15 + 700 * rng.random() ** 1.5)
    if status == "closed":
        return timedelta(days=rng.uniform(4.3, 40))
    return timedelta(hours=rng.choice((rng.uniform(0.1, 9), rng.uniform(9, 84), rng.uniform(9, 84))))
