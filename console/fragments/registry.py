"""The fragment table: what is live, which template shows it, which events dirty it. And the panes that hold them."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from support_management.events.catalogue import CalendarChanged, Event, PolicyChanged, RecordChanged, RecordsChanged
from support_management.people.viewer import Viewer

log = logging.getLogger(__name__)
ALL = 0
"""Stands for every object of a noun."""
Subject = tuple[str, int]

_NOUNS = {
    "ticket_id": "ticket",
    "dispute_id": "dispute",
    "order_id": "order",
    "message_id": "message",
    "agent_id": "agent",
    "previous_id": "agent",
    "by_id": "agent",
    "recipient_id": "person",
}
_KINDS = {"ticket": "ticket", "ticketmessage": "message", "dispute": "dispute", "order": "order"}
_SILENT = {"supportavailability", "plannedabsence"}
"""Kinds whose raw writes no screen shows by themselves: what follows from them is an event of its own."""
_OWN = {"supportnotification"}
"""Kinds that only their owner's screen shows."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """One live thing. `tag`: its template's outer element. `counter`: figures, painted less often than rows."""

    name: str
    template: str
    tag: str
    dirtied_by: tuple[type[Event], ...]
    counter: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What one element becomes."""

    id: str
    swap: str
    pos: int
    html: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Pane:
    """A region of a page that is kept current. `parts(viewer, arg, paint)` says what changed in it.

    `topics(arg)`: groups whose hints a process wants while a socket shows the pane (`groups.py`).
    `gone(arg, paint)` says so to somebody who could see the pane until now and may not any more.
    """

    name: str
    may_see: Callable[[Viewer, str], bool]
    parts: Callable[..., Iterable[Part]]
    topics: Callable[[str], set[str]]
    gone: Callable[..., Iterable[Part]] | None = None


@dataclass
class DirtyFragments:
    """What a batch of events touched, per fragment; and whether panes must be fetched anew."""

    subjects: dict[str, set[Subject]] = field(default_factory=lambda: defaultdict(set))
    refetch: bool = False

    def __bool__(self) -> bool:
        return self.refetch or bool(self.subjects)

    def of(self, fragment: Fragment, noun: str) -> set[int]:
        """Objects of a noun that dirty this fragment."""
        return {pk for kind, pk in self.subjects.get(fragment.name, ()) if kind == noun}

    def merge(self, other: "DirtyFragments") -> None:
        for name, subjects in other.subjects.items():
            self.subjects[name] |= subjects
        self.refetch = self.refetch or other.refetch


FRAGMENTS: dict[str, Fragment] = {}
PANES: dict[str, Pane] = {}


def fragment(**facts) -> Fragment:
    """Enter a row into the table."""
    row = Fragment(**facts)
    FRAGMENTS[row.name] = row
    return row


def pane(**facts) -> Pane:
    """Enter a pane."""
    row = Pane(**facts)
    PANES[row.name] = row
    return row


def find_pane(name: object) -> tuple[Pane, str] | None:
    """`queue.unassigned` → the pane `queue` and "unassigned"; None for anything else."""
    if not isinstance(name, str) or len(name) > 60:
        return None
    noun, _, arg = name.partition(".")
    found = PANES.get(noun)
    return (found, arg) if found else None


def subjects_of(event: Event) -> set[Subject]:
    """The objects an event is about. A write without a capability may move the figures of any agent."""
    if isinstance(event, RecordChanged):
        if event.kind in _OWN:
            return {("person", event.owner_id or ALL)}
        counted = {("agent", ALL)} if event.kind in ("ticket", "dispute") else set()
        return {(_KINDS[event.kind], event.id)} | counted if event.kind in _KINDS else set()
    facts = event.payload()
    return {(noun, facts[name]) for name, noun in _NOUNS.items() if facts.get(name)}


def dirt_of(event: Event) -> DirtyFragments:
    """What an event dirties, by the table."""
    dirt = DirtyFragments(refetch=_needs_refetch(event))
    for row in FRAGMENTS.values():
        if type(event) in row.dirtied_by:
            dirt.subjects[row.name] |= subjects_of(event) or {("desk", ALL)}
    return dirt


def _needs_refetch(event: Event) -> bool:
    """Names of people, queues, websites and promises stand everywhere; writes of many rows are fetched, not sent."""
    if isinstance(event, PolicyChanged | CalendarChanged):
        return True
    if isinstance(event, RecordsChanged):
        return event.kind not in _SILENT
    if isinstance(event, RecordChanged) and event.kind in _OWN:
        return event.deleted  # what it was about is not known any more
    if not isinstance(event, RecordChanged) or event.kind in {*_KINDS, *_SILENT}:
        return False
    if event.kind == "user":  # nobody shows who has just come; a new agent is told by the new profile
        return event.fields not in (("created",), ("last_login",))
    return True
