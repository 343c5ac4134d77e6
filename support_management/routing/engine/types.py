"""Inputs and outputs of routing decisions as plain values, so that a decision can be previewed, stored and tested."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

TICKET, DISPUTE = "ticket", "dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent as routing sees them. `available`: eligible for automatic assignment; otherwise `why_not` is a code.

    Loads and capacities are in units of open work. A kind without a separate limit is missing in `capacities` or None.
    `skills` are levels by specialization id. Empty `websites` means all websites.
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
    """A skill that work requires: `level` counts now, after relaxation; `asked` is the original level."""

    specialization: int
    name: str
    level: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A ticket or dispute that needs an owner or, with `owner` set, may get a new one.

    `knows`: ids of agents with affinity to its customer or order. `avoid`: previous owners within the cool-down.
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
    """An eligible agent before the assignment: load and capacity in units, skill levels in the order of the needs.

    `skill` (0 to 10), `room` (0 to 40) and `history` (0 or 50) are points shown to people. `score` is their sum, capped
    at the score of the candidate before: the order is decided by `ranking.rank`, not by the sum.
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
    """Why an agent is not eligible: `code` for programs, `text` for people."""

    agent: int
    name: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The chosen agent, all candidates (best first) and the refusals. Without a choice the owner does not change."""

    work: Work
    chosen: Candidate | None
    candidates: tuple[Candidate, ...]
    refusals: tuple[Refusal, ...]
