"""When things happened to a ticket of the demo, so that the board is alive and nothing falls due at once."""

from datetime import timedelta
from random import Random

from support_management.sla.clock import arithmetic
from support_management.sla.defaults import TICKETS

CALM = timedelta(seconds=150)
"""After loading, no clock reaches a threshold for so long."""
FAR = timedelta(hours=8)
"""The clocks of a top-up's open work have nothing to fire for so long."""
MOODS = (((0.05, 0.70), 50), ((0.77, 0.87), 18), ((0.91, 0.97), 10), ((1.05, 2.20), 22))
"""Share of the promise that is used up: on track, due soon, at risk, overdue; and how many are like that."""
STEP = timedelta(minutes=3)


def targets(priority: int) -> tuple[timedelta, timedelta]:
    """First response and resolution as promised by default."""
    first, _, resolution = TICKETS[priority]  # type: ignore[index]
    return timedelta(minutes=first), timedelta(minutes=resolution)


def spans(part: str, status: str, owner: str | None, priority: int, chance: Random):
    """(age, replied, resolved) of a ticket."""
    first, resolution = targets(priority)
    waits = status == "new" or (part == "base" and status == "open" and owner and chance.random() < 0.4)
    if status in ("resolved", "closed"):
        return _done(part, status, first, resolution, chance)
    replied = None if waits else _reply_after(first, chance)
    if part == "more":
        return _quiet(first, resolution, replied, chance)
    mood = chance.choices([mood for mood, _ in MOODS], [share for _, share in MOODS])[0]
    age = (first if waits else resolution) * chance.uniform(*mood)
    return _clear_of(thresholds(first, resolution, replied), max(age, (replied or age) + STEP)), replied, None


def thresholds(first: timedelta, resolution: timedelta, replied: timedelta | None) -> list[timedelta]:
    """Every instant, after creation, at which an open clock of the ticket reaches something."""
    running = [resolution] if replied else [first, resolution]
    return [at for target in running for at in _reaches(target)]


def _reaches(target: timedelta) -> list[timedelta]:
    return [step.mark for step in arithmetic.steps(target)]


def _clear_of(instants: list[timedelta], age: timedelta) -> timedelta:
    while any(age < at <= age + CALM for at in instants):
        age += STEP
    return age


def _quiet(first, resolution, replied, chance: Random):
    """An age at which the next threshold is FAR away or all have been passed."""
    instants = thresholds(first, resolution, replied)
    span = resolution * 0.75 - FAR
    fresh = span > timedelta(0) and chance.random() < 0.7
    age = max(span * chance.uniform(0.1, 1), (replied or timedelta(0)) + STEP) if fresh else timedelta(0)
    if not fresh or any(age < at <= age + FAR for at in instants):
        age = max(instants) * chance.uniform(1.05, 2.5)
    return age, replied, None


def _reply_after(first: timedelta, chance: Random) -> timedelta:
    late = chance.random() < 0.12
    return first * (chance.uniform(1.05, 1.5) if late else chance.uniform(0.08, 0.85))


def _done(part: str, status: str, first, resolution, chance: Random):
    replied = _reply_after(first, chance)
    late = chance.random() < 0.14
    share = chance.uniform(1.05, 1.7) if late else chance.uniform(0.15, 0.95)
    resolved = max(resolution * share, replied + 2 * STEP)
    return resolved + _since_resolved(part, status, chance), replied, resolved


def _since_resolved(part: str, status: str, chance: Random) -> timedelta:
    if part == "history":
        return timedelta(days=15 + 700 * chance.random() ** 1.5)
    if status == "closed":
        return timedelta(days=chance.uniform(4.3, 40))
    return timedelta(hours=chance.choice((chance.uniform(0.1, 9), chance.uniform(9, 84), chance.uniform(9, 84))))
