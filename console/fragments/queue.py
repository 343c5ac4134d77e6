"""The queue board: rows of the lanes, and the figures in the lane headers."""

from collections.abc import Iterable, Iterator

from console import access
from console.fragments import groups, row_cache
from console.fragments.disclosure import removal
from console.fragments.registry import Part, fragment, pane
from console.fragments.rendering import RenderPass, render
from support_management.core.time import now
from support_management.events.catalogue import (
    AvailabilityChanged,
    ClockChanged,
    ClockReached,
    DisputeAssigned,
    DisputeMoved,
    FollowUpOpened,
    NoteAdded,
    RecordChanged,
    RequesterWrote,
    TicketAssigned,
    TicketCreated,
    TicketMoved,
    TicketReplied,
    TicketTriaged,
    WorkDecided,
)
from support_management.people.viewer import Viewer
from support_management.routing import preview
from support_management.routing.preview import FreeCapacity
from support_management.routing.record import decisions
from support_management.tickets import board, queries
from support_management.tickets.lane_counts import LaneCounts, LaneSummary
from support_management.tickets.models import Ticket, TicketType

TICKET_EVENTS = (
    TicketCreated,
    TicketAssigned,
    TicketReplied,
    RequesterWrote,
    NoteAdded,
    FollowUpOpened,
    TicketMoved,
    TicketTriaged,
    ClockReached,
    ClockChanged,
    RecordChanged,
)
COUNTED_EVENTS = tuple(event for event in TICKET_EVENTS if event not in (RequesterWrote, NoteAdded, FollowUpOpened))
"""Messages of customers, notes and links change no figure; a first reply changes the next deadline."""
ROOM_EVENTS = (AvailabilityChanged, DisputeAssigned, DisputeMoved)
"""Other events that change free capacity."""
ROW = fragment(name="ticket.row", template="tickets/_row.html", tag="tr", dirtied_by=(*TICKET_EVENTS, WorkDecided))
HEAD = fragment(
    name="queue.head",
    template="queue/_lane_head.html",
    tag="header",
    dirtied_by=(*COUNTED_EVENTS, *ROOM_EVENTS),
    counter=True,
)

EMPTY = {
    "unassigned": "No unassigned tickets",
    "mine": "No tickets assigned to you.",
    "high_priority": "No urgent or high-priority tickets",
    "overdue": "No overdue tickets",
}


def lane_of(slug: str) -> dict:
    """Template context of a lane."""
    context = {"slug": slug, "name": queries.LANES[slug], "place": f"queue-{slug}"}
    return context | {"window": board.WINDOW, "empty": EMPTY[slug]}


def board_of(viewer: Viewer, rest: tuple[str, board.LanePlace | None] = ("", None)) -> list[dict]:
    """All lanes with figures and first rows; `rest` (lane, place) shows that lane after the place instead."""
    rows, summaries, room = board.first_rows(viewer), LaneCounts().of(viewer), preview.free_capacity()
    _why_nobody(rows["unassigned"])
    lanes = {slug: _first(slug, rows[slug], summaries[slug]) for slug in queries.LANES}
    slug, after = rest
    if slug and after:
        lanes[slug] = rest_of(viewer, slug, after) | {"facts": summaries[slug]}
    lanes["unassigned"] |= room_of(room, summaries["unassigned"])
    return list(lanes.values())


def room_of(room: FreeCapacity, summary: LaneSummary) -> dict:
    """Free capacity, and the estimated wait in seconds at the throughput of the last hours (None: unknown)."""
    wait = room.wait_of(summary.total)
    return {"room": room, "wait_seconds": None if wait is None else int(wait.total_seconds())}


def _why_nobody(tickets: Iterable[Ticket]) -> None:
    """Set `nobody` on unassigned tickets of automatic queues: why routing found no agent. At most one query."""
    waiting = [
        ticket for ticket in tickets if ticket.assignee_id is None and ticket.type.mode == TicketType.Mode.AUTOMATIC
    ]
    reasons = decisions.unplaced_reasons([ticket.pk for ticket in waiting]) if waiting else {}
    for ticket in waiting:
        ticket.nobody = reasons.get(ticket.pk, "")  # type: ignore[attr-defined]


def _first(slug: str, rows: list[Ticket], summary: LaneSummary) -> dict:
    return lane_of(slug) | {"facts": summary, "live": True} | _rows_of(rows, more=summary.total > len(rows) > 0)


def rest_of(viewer: Viewer, slug: str, after: board.LanePlace | None) -> dict:
    """A lane after a place, not live; without a place its first rows."""
    rows = board.rest(slug, viewer, after) if after else board.first_rows(viewer)[slug]
    if slug == "unassigned":
        _why_nobody(rows)
    return lane_of(slug) | {"live": False} | _rows_of(rows, more=len(rows) == board.WINDOW)


def _rows_of(rows: list[Ticket], *, more: bool) -> dict:
    return {"rows": rows, "more": more, "last": rows[-1] if rows else None}


def row_of(place: str, ticket: Ticket, *, pos: int) -> str:
    """HTML of a row, the same for pages and frames."""
    element = f"{place}-ticket-{ticket.pk}"
    keep = row_cache.row_key(place, ticket)
    return render(ROW, element, lambda: {"place": place, "ticket": ticket}, pos=pos, keep=keep)


def _parts(viewer: Viewer, slug: str, paint: RenderPass) -> Iterator[Part]:
    if paint.dirt.of(ROW, "ticket"):
        rows: _Rows = paint.once("queue rows", lambda: _Rows(paint))
        yield from rows.of(viewer, slug)
    if paint.dirt.subjects.get(HEAD.name):
        counts: LaneCounts = paint.once("lane counts", LaneCounts)
        summary = paint.once(("lane facts", viewer), lambda: counts.of(viewer))[slug]
        room = room_of(paint.once("room", preview.free_capacity), summary) if slug == "unassigned" else {}
        yield paint.once(("lane head", slug, summary), lambda: _head(lane_of(slug) | room, summary, paint))


def _head(lane: dict, summary: LaneSummary, paint: RenderPass) -> Part:
    element = f"{lane['place']}-head"
    keep = (*row_cache.head_key(lane["slug"], summary), lane.get("room"), lane.get("wait_seconds"))
    html = render(HEAD, element, lambda: {"lane": lane, "facts": summary}, pos=paint.pos, keep=keep)
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


class _Rows:
    """The dirty rows of one pass. Parts are made once for all viewers with the same view of a lane."""

    def __init__(self, paint: RenderPass) -> None:
        ids = paint.dirt.of(ROW, "ticket")
        self._ids, self._paint, self._moment = sorted(ids), paint, now()
        self._tickets = queries.rows_by_id(ids)
        _why_nobody(self._tickets.values())
        self._participants = queries.participants(self._tickets)
        owners = {ticket.assignee_id for ticket in self._tickets.values()}
        former = {person for (noun, _), people in paint.dirt.former.items() if noun == "ticket" for person in people}
        self._involved = owners.union(former, *self._participants.values())

    def of(self, viewer: Viewer, slug: str) -> list[Part]:
        """Changed parts of a lane for a viewer. Only present and former owners can see other rows than colleagues."""
        involved_id = viewer.id if viewer.id in self._involved else None
        key = ("queue rows", slug, viewer.is_lead, viewer.is_desk, viewer.websites, involved_id)
        return self._paint.once(key, lambda: [part for pk in self._ids for part in self._part(viewer, slug, pk)])

    def _part(self, viewer: Viewer, slug: str, pk: int) -> Iterator[Part]:
        place, pos, ticket = f"queue-{slug}", self._paint.pos, self._tickets.get(pk)
        element = f"{place}-ticket-{pk}"
        if ticket is not None and queries.in_lane(slug, viewer, ticket, self._participants[pk], self._moment):
            html = self._paint.once(element, lambda: row_of(place, ticket, pos=pos))
            yield Part(id=element, swap="row", pos=pos, target=f"{place}-list", html=html)
            return
        listed = ticket is not None and queries.is_listed(viewer, ticket, self._participants[pk])
        dirt, subject = self._paint.dirt, ("ticket", pk)
        yield from removal(viewer, ticket, subject, dirt, listed=listed, element=element, pos=pos)


pane(name="queue", may_see=access.may_see_board, parts=_parts, topics=lambda _: {groups.queues()})
