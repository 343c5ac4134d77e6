"""Which ticket number n of the demo is: pure chance with a seed, no database, no clock on the wall.

The first BASE tickets are the demo everybody sees. A top-up adds open work until OPEN_IN_ALL are open,
then only history, so that pages show the same rows however much history there is.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from random import Random

from support_management.management.demo import times_plan
from support_management.management.demo.cast import COLLEAGUES, DEMO, PAST

BASE, BASE_OPEN, OPEN_IN_ALL = 300, 120, 2000
FIRST_HISTORY = BASE + OPEN_IN_ALL - BASE_OPEN
"""The number from which on a top-up adds only history."""
HELD = (
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
"""Who holds what of the base's open work. With one dispute each, agent1 and agent2 keep at least 4 of 8 units free."""
POSTS = tuple((owner, status) for owner, held in HELD for status, count in held.items() for _ in range(count))
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
DONE_BY = ("agent1", "agent1", "agent2", "agent2", "lead", *(player.username for player in COLLEAGUES))
SITES_OF = {player.username: player.sites or (0, 1, 2) for player in (*DEMO, *COLLEAGUES, *PAST)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a ticket will be. Times are spans after its creation; `age` is how long ago that was."""

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
    part, owner, status = post_of(seed, index)
    chance = chance_of(seed, index)
    priority = priority_of(part, _shuffled(seed)[index] if part == "base" else index, chance)
    age, replied, resolved = times_plan.spans(part, status, owner, priority, chance)
    return Plan(
        index=index,
        part=part,
        status=status,
        owner=owner,
        priority=priority,
        type=chance.choice(TYPES),
        channel=chance.choice(CHANNELS),
        site=chance.choice(SITES_OF[owner] if owner else (0, 1, 2)),
        age=age,
        replied=replied,
        resolved=resolved,
    )


def chance_of(seed: int, index: int) -> Random:
    """The dice of one ticket."""
    return Random(f"{seed}:{index}")


def post_of(seed: int, index: int) -> tuple[str, str | None, str]:
    """(part, owner, status) of a ticket."""
    if index < BASE:
        return _base_post(_shuffled(seed)[index])
    if index < FIRST_HISTORY:
        return _more_post(chance_of(seed, -index), index)
    return "history", PAST[index // 200 % len(PAST)].username, "closed"


def priority_of(part: str, index: int, chance: Random) -> int:
    """1 to 4; urgent work is counted, not diced. `index` is the place in POSTS for the base."""
    every = URGENT_EVERY["base open" if part == "base" and index < BASE_OPEN else part]
    if index % every == every - 1:
        return 1
    return chance.choices((2, 3, 4), (18, 56, 26))[0]


@cache
def _shuffled(seed: int) -> list[int]:
    return Random(f"{seed}:posts").sample(range(BASE), BASE)


def _base_post(place: int) -> tuple[str, str | None, str]:
    if place < BASE_OPEN:
        owner, status = POSTS[place]
        return "base", owner, status
    owner = DONE_BY[place % len(DONE_BY)]
    return "base", owner, "resolved" if place < BASE_OPEN + RESOLVED else "closed"


def _more_post(chance: Random, index: int) -> tuple[str, str | None, str]:
    if index % URGENT_EVERY["more"] == URGENT_EVERY["more"] - 1 or chance.random() < 0.3:
        return "more", chance.choice(COLLEAGUES).username, chance.choice(("pending", "pending", "on_hold"))
    return "more", None, chance.choice(("open",) * 9 + ("new",))
