"""What ticket number n of the demo will be, from a seed alone: no database, no current time.

The first BASE tickets are the demo as first loaded. A top-up adds open work until OPEN_IN_ALL are open, then only
history, so that pages show the same rows with any amount of history.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from random import Random

from support_management.management.demo.people.staff import COLLEAGUES, PAST, SIGN_INS
from support_management.management.demo.tickets import ticket_times

BASE, BASE_OPEN, OPEN_IN_ALL = 300, 120, 2000
FIRST_HISTORY = BASE + OPEN_IN_ALL - BASE_OPEN
"""From this number on a top-up adds only history."""
OPEN_BY_OWNER = (
    ("agent1", {"open": 3, "pending": 2, "on_hold": 1}),
    ("agent2", {"open": 2, "pending": 2, "on_hold": 1}),
    ("lead", {"open": 1, "pending": 1}),
    ("priya", {"open": 6, "pending": 3, "on_hold": 1}),
    ("tomas", {"open": 5, "pending": 2}),
    ("mei", {"open": 4, "pending": 2, "on_hold": 1}),
    ("diego", {"open": 7, "pending": 2, "on_hold": 1}),
    ("fatima", {"open": 3, "pending": 1}),
    ("oskar", {"open": 5, "pending": 2, "on_hold": 1}),
    (None, {"new": 50, "open": 9, "pending": 2}),
)
"""Open tickets of the first load by owner. With one dispute each, agent1 and agent2 have 4 of 8 units free."""
OPEN_SLOTS = tuple(
    (owner, status) for owner, held in OPEN_BY_OWNER for status, count in held.items() for _ in range(count)
)
RESOLVED, CLOSED = 60, 120
URGENT_EVERY = {"base": 30, "base open": 10, "more": 47, "history": 40}
TYPES = (
    ("order",) * 6
    + ("payment",) * 5
    + ("dispute",) * 3
    + ("account",) * 3
    + ("technical",) * 2
    + ("general",) * 3
    + ("other",)
)
CHANNELS = ("portal",) * 5 + ("email",) * 4 + ("api", "internal")
DONE_BY = ("agent1", "agent1", "agent2", "agent2", "lead", *(member.username for member in COLLEAGUES))
SITES_OF = {member.username: member.sites or (0, 1, 2) for member in (*SIGN_INS, *COLLEAGUES, *PAST)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a ticket will be. `replied` and `resolved` are times since its creation; `age` is how long ago that was."""

    index: int
    part: str
    status: str
    owner: str | None
    priority: int
    type: str
    channel: str
    site: int
    age: timedelta
    replied: timedelta | None
    resolved: timedelta | None

    @property
    def is_open(self) -> bool:
        return self.resolved is None


def plan(seed: int, index: int) -> Plan:
    """Ticket number `index`, the same every time for a seed."""
    part, owner, status = slot_of(seed, index)
    rng = rng_of(seed, index)
    priority = priority_of(part, _shuffled(seed)[index] if part == "base" else index, rng)
    age, replied, resolved = ticket_times.spans(part, status, owner, priority, rng)
    return Plan(
        index=index,
        part=part,
        status=status,
        owner=owner,
        priority=priority,
        type=rng.choice(TYPES),
        channel=rng.choice(CHANNELS),
        site=rng.choice(SITES_OF[owner] if owner else (0, 1, 2)),
        age=age,
        replied=replied,
        resolved=resolved,
    )


def rng_of(seed: int, index: int) -> Random:
    """Random numbers of one ticket."""
    return Random(f"{seed}:{index}")


def slot_of(seed: int, index: int) -> tuple[str, str | None, str]:
    """(part, owner, status) of a ticket."""
    if index < BASE:
        return _base_slot(_shuffled(seed)[index])
    if index < FIRST_HISTORY:
        return _more_slot(rng_of(seed, -index), index)
    return "history", PAST[index // 200 % len(PAST)].username, "closed"


def priority_of(part: str, index: int, rng: Random) -> int:
    """1 to 4. Every so many tickets one is urgent, not by chance. `index` is the place in OPEN_SLOTS for the base."""
    every = URGENT_EVERY["base open" if part == "base" and index < BASE_OPEN else part]
    if index % every == every - 1:
        return 1
    return rng.choices((2, 3, 4), (18, 56, 26))[0]


@cache
def _shuffled(seed: int) -> list[int]:
    return Random(f"{seed}:posts").sample(range(BASE), BASE)


def _base_slot(place: int) -> tuple[str, str | None, str]:
    if place < BASE_OPEN:
        owner, status = OPEN_SLOTS[place]
        return "base", owner, status
    owner = DONE_BY[place % len(DONE_BY)]
    return "base", owner, "resolved" if place < BASE_OPEN + RESOLVED else "closed"


def _more_slot(rng: Random, index: int) -> tuple[str, str | None, str]:
    if index % URGENT_EVERY["more"] == URGENT_EVERY["more"] - 1 or rng.random() < 0.3:
        return "more", rng.choice(COLLEAGUES).username, rng.choice(("pending", "pending", "on_hold"))
    return "more", None, rng.choice(("open",) * 9 + ("new",))
