"""What routing decides with and what it answers: values only, so that a decision can be asked, kept and tested."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

TICKET, DISPUTE = "ticket", "dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent as routing sees them. `available`: rules may give them work; otherwise `why_not` is a code.

    Loads and capacities are units of open work. A kind without a limit of its own is missing in `capacities`, or None.
    No websites: all of them.
    """

    id: int
    name: str
    available: bool
    why_not: str = ""
    load: int = 0
    capacity: int = 0
    loads: Mapping[str, int] = field(default_factory=dict)
    capacities: Mapping[str, int | None] = field(default_factory=dict)
    skills: Mapping[int, int] = field(default_factory=dict)
    websites: frozenset[int] = frozenset()
    last_assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A skill that work asks for: the level that counts now, after relaxing, and the one asked at first."""

    specialization: int
    name: str
    level: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A ticket or dispute that wants an owner, or, with `owner`, another one.

    `knows`: agents who know its requester, order or dispute. `avoid`: who had it within the cool-down.
    """

    kind: str
    id: int
    units: int
    website: int | None
    priority: int
    due_at: datetime
    created_at: datetime
    needs: tuple[Need, ...] = ()
    knows: frozenset[int] = frozenset()
    owner: int | None = None
    avoid: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who can take it, as it was before: load and capacity in units, the level of each need, in their order.

    `skill` (0 to 10), `room` (0 to 40) and `history` (0 or 50) are points for people to read; `score` is their sum,
    but never more than the score of who stands before: the order is the rule of `choice`, not the sum.
    """

    agent: int
    name: str
    load: int
    capacity: int
    levels: tuple[int, ...]
    knows: bool
    skill: int
    room: int
    history: int
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why somebody cannot take it: a code for programs, a sentence for people."""

    agent: int
    name: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who should have it, out of whom (best first), and why not the others. Nobody chosen: it stays where it is."""

    work: Work
    chosen: Candidate | None
    candidates: tuple[Candidate, ...]
    refusals: tuple[Refusal, ...]
