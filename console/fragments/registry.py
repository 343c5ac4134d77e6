"""The registry of live fragments (template, events that dirty them) and of the panes that contain them."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from support_management.events.catalogue import (
    CalendarChanged,
    DisputeAssigned,
    DisputeOpened,
    Event,
    PaymentIssueLogged,
    PolicyChanged,
    RecordChanged,
    RecordsChanged,
    TicketAssigned,
    TicketCreated,
)
from support_management.people.viewer import Viewer

log = logging.getLogger(__name__)
ALL = 0
"""In place of a primary key: every object of this kind."""
Subject = tuple[str, int]
LONGEST_NAME = 1500
"""Of a pane. That of a filtered list holds its filter."""

_NOUNS = {
    "ticket_id": "ticket",
    "dispute_id": "dispute",
    "order_id": "order",
    "payment_id": "payment",
    "message_id": "message",
    "agent_id": "agent",
    "previous_id": "agent",
    "by_id": "agent",
    "recipient_id": "person",
}
_KINDS = {
    "ticket": "ticket",
    "ticketmessage": "message",
    "dispute": "dispute",
    "order": "order",
    "paymentissuelog": "payment",
    "paymentissuestep": "payment step",
}
_SILENT = {"supportavailability", "plannedabsence"}
"""Kinds whose direct writes change no page: their effects have events of their own."""
_OWN = {"supportnotification"}
"""Kinds that are visible to their owner only."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A live element. `tag`: its template's outer element. `counter`: figures, painted less often than rows."""

    name: str
    template: str
    tag: str
    dirtied_by: tuple[type[Event], ...]
    counter: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The new content of one element."""

    id: str
    swap: str
    pos: int
    html: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Pane:
    """A region of a page that is kept current. `parts(viewer, arg, paint)` returns its changed parts.

    `topics(arg)`: groups that a process joins while a socket shows the pane (`groups.py`).
    `gone(arg, paint)` returns the parts for a viewer who may no longer see the pane.
    """

    name: str
    may_see: Callable[[Viewer, str], bool]
    parts: Callable[..., Iterable[Part]]
    topics: Callable[[str], set[str]]
    gone: Callable[..., Iterable[Part]] | None = None


@dataclass
class DirtyFragments:
    """The objects that a batch of events changed, per fragment; `refetch`: panes must be fetched.

    Who could see them before: `former` has the earlier assignees (None: it was unassigned), `created` what did not
    exist, `unclear` what may have belonged to another website.
    """

    subjects: dict[str, set[Subject]] = field(default_factory=lambda: defaultdict(set))
    refetch: bool = False
    former: dict[Subject, set[int | None]] = field(default_factory=lambda: defaultdict(set))
    created: set[Subject] = field(default_factory=set)
    unclear: set[Subject] = field(default_factory=set)

    def __bool__(self) -> bool:
        return self.refetch or bool(self.subjects)

    def of(self, fragment: Fragment, noun: str) -> set[int]:
        """Primary keys of the objects of this kind that dirty this fragment."""
        return {pk for kind, pk in self.subjects.get(fragment.name, ()) if kind == noun}

    def merge(self, other: "DirtyFragments") -> None:
        for name, subjects in other.subjects.items():
            self.subjects[name] |= subjects
        for subject, people in other.former.items():
            self.former[subject] |= people
        self.created |= other.created
        self.unclear |= other.unclear
        self.refetch = self.refetch or other.refetch


FRAGMENTS: dict[str, Fragment] = {}
PANES: dict[str, Pane] = {}


def fragment(**fields) -> Fragment:
    """Register a fragment."""
    row = Fragment(**fields)
    FRAGMENTS[row.name] = row
    return row


def pane(**fields) -> Pane:
    """Register a pane."""
    row = Pane(**fields)
    PANES[row.name] = row
    return row


def find_pane(name: object) -> tuple[Pane, str] | None:
    """`queue.unassigned` → the pane `queue` and "unassigned"; None for anything else."""
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        return None
    noun, _, arg = name.partition(".")
    named_pane = PANES.get(noun)
    return (named_pane, arg) if named_pane else None


def subjects_of(event: Event) -> set[Subject]:
    """The objects an event is about. A direct write may change the figures of any agent."""
    if isinstance(event, RecordChanged):
        if event.kind in _OWN:
            return {("person", event.owner_id or ALL)}
        agents = {("agent", ALL)} if event.kind in ("ticket", "dispute") else set()
        return {(_KINDS[event.kind], event.id)} | agents if event.kind in _KINDS else set()
    payload = event.payload()
    return {(noun, payload[name]) for name, noun in _NOUNS.items() if payload.get(name)}


def dirt_of(event: Event) -> DirtyFragments:
    """The fragments that an event dirties, and their objects."""
    dirt = DirtyFragments(refetch=_needs_refetch(event))
    for row in FRAGMENTS.values():
        if type(event) in row.dirtied_by:
            dirt.subjects[row.name] |= subjects_of(event) or {("desk", ALL)}
    _note_visibility(event, dirt)
    return dirt


def _note_visibility(event: Event, dirt: DirtyFragments) -> None:
    """Who could see the work before the event."""
    if isinstance(event, TicketAssigned):
        dirt.former["ticket", event.ticket_id].add(event.previous_id)
    elif isinstance(event, DisputeAssigned):
        dirt.former["dispute", event.dispute_id].add(event.previous_id)
    elif isinstance(event, TicketCreated):
        dirt.created.add(("ticket", event.ticket_id))
    elif isinstance(event, DisputeOpened):
        dirt.created.add(("dispute", event.dispute_id))
    elif isinstance(event, PaymentIssueLogged):
        dirt.created.add(("payment", event.payment_id))
    elif isinstance(event, RecordChanged) and event.kind in _KINDS:
        subject, fields = (_KINDS[event.kind], event.id), {name.removesuffix("_id") for name in event.fields}
        if fields == {"created"}:
            dirt.created.add(subject)
        if not fields.isdisjoint({"website", "order", "all"}):
            dirt.unclear.add(subject)
        if not fields.isdisjoint({"assignee", "all"}):
            dirt.former[subject].add(event.owner_id)


def _needs_refetch(event: Event) -> bool:
    """Names of people, queues, websites and policies are on every page; after bulk writes panes are fetched."""
    if isinstance(event, PolicyChanged | CalendarChanged):
        return True
    if isinstance(event, RecordsChanged):
        return event.kind not in _SILENT
    if (
        isinstance(event, RecordChanged)
        and event.kind in {*_OWN, "ticket", "dispute", "order", "paymentissuelog"}
        and event.deleted
    ):
        return True  # whose it was, or who could see it, is no longer known
    if isinstance(event, RecordChanged) and event.kind in _OWN:
        return False
    if not isinstance(event, RecordChanged) or event.kind in {*_KINDS, *_SILENT}:
        return False
    if event.kind == "user":  # no page shows a new user or a sign-in; a new agent has an event of the profile
        return event.fields not in (("created",), ("last_login",))
    return True
