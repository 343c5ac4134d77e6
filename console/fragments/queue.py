"""The queue board: rows of the lanes and the figures in their heads."""

from collections.abc import Iterator

from console import access
from console.fragments.paint import Paint
from console.fragments.registry import Part, fragment, pane
from support_management.events.catalogue import (
    ClockReached,
    NoteAdded,
    RecordChanged,
    RequesterWrote,
    TicketAssigned,
    TicketCreated,
    TicketMoved,
    TicketReplied,
    TicketTriaged,
)
from support_management.people.viewer import Viewer
from support_management.tickets import queries
from support_management.tickets.counts import Facts, LaneCounts
from support_management.tickets.models import Ticket

TICKET_EVENTS = (
    TicketCreated,
    TicketAssigned,
    TicketReplied,
    RequesterWrote,
    NoteAdded,
    TicketMoved,
    TicketTriaged,
    ClockReached,
    RecordChanged,
)
ROW = fragment(name="ticket.row", template="tickets/_row.html", dirtied_by=TICKET_EVENTS)
HEAD = fragment(name="queue.head", template="queue/_lane_head.html", dirtied_by=TICKET_EVENTS, counter=True)


def lane_of(slug: str) -> dict:
    """A lane as its templates know it."""
    return {"slug": slug, "name": queries.LANES[slug], "place": f"queue-{slug}"}


def _parts(viewer: Viewer, slug: str, paint: Paint) -> Iterator[Part]:
    lane = lane_of(slug)
    yield from _rows(viewer, lane, paint)
    if HEAD.name in paint.dirt.subjects:
        counts: LaneCounts = paint.once("lane counts", LaneCounts)
        facts = paint.once(("lane facts", viewer), lambda: counts.of(viewer))[slug]
        yield _head(lane, facts, paint)


def _head(lane: dict, facts: Facts, paint: Paint) -> Part:
    element = f"{lane['place']}-head"
    html = paint.html(HEAD, facts, element, lambda: {"lane": lane, "facts": facts})
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


def _rows(viewer: Viewer, lane: dict, paint: Paint) -> Iterator[Part]:
    ids = paint.dirt.of(ROW, "ticket")
    if not ids:
        return
    rows: dict[int, Ticket] = paint.once("rows", lambda: queries.rows_by_id(ids))
    took_part = paint.once("participants", lambda: queries.participants(rows))
    for pk in sorted(ids):
        element, ticket = f"{lane['place']}-ticket-{pk}", rows.get(pk)
        if ticket is None or not queries.in_lane(lane["slug"], viewer, ticket, took_part[pk]):
            yield Part(id=element, swap="delete", pos=paint.pos)
            continue
        yield Part(
            id=element,
            swap="row",
            pos=paint.pos,
            target=f"{lane['place']}-list",
            html=paint.html(ROW, pk, element, lambda row=ticket: {"place": lane["place"], "ticket": row}),
        )


pane(name="queue", may_see=access.may_see_board, parts=_parts)
