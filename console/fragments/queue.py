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
from support_management.tickets import board, queries
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
COUNTED_EVENTS = (TicketCreated, TicketAssigned, TicketMoved, TicketTriaged, TicketReplied, ClockReached, RecordChanged)
"""A word alone moves no figure; a first answer moves the next deadline."""
ROW = fragment(name="ticket.row", template="tickets/_row.html", dirtied_by=TICKET_EVENTS)
HEAD = fragment(name="queue.head", template="queue/_lane_head.html", dirtied_by=COUNTED_EVENTS, counter=True)


EMPTY = {
    "unassigned": "Nothing waits for a hand.",
    "mine": "Nothing is yours right now. Take what is next.",
    "high_priority": "Nothing is urgent or high.",
    "overdue": "Nothing is late.",
}


def lane_of(slug: str) -> dict:
    """A lane as its templates know it."""
    facts = {"slug": slug, "name": queries.LANES[slug], "place": f"queue-{slug}"}
    return facts | {"window": board.WINDOW, "empty": EMPTY[slug]}


def board_of(viewer: Viewer, rest: tuple[str, board.Key | None] = ("", None)) -> list[dict]:
    """Every lane with its figures and first rows; of `rest` (lane, key) what lies behind the key instead."""
    rows, facts = board.first_rows(viewer), LaneCounts().of(viewer)
    lanes = {slug: _first(slug, rows[slug], facts[slug]) for slug in queries.LANES}
    slug, after = rest
    if slug and after:
        lanes[slug] = rest_of(viewer, slug, after) | {"facts": facts[slug]}
    return list(lanes.values())


def _first(slug: str, rows: list[Ticket], facts: Facts) -> dict:
    return lane_of(slug) | {"facts": facts, "live": True} | _rows_of(rows, more=facts.total > len(rows) > 0)


def rest_of(viewer: Viewer, slug: str, after: board.Key | None) -> dict:
    """A lane from a key on, not live; from its beginning without one."""
    rows = board.rest(slug, viewer, after) if after else board.first_rows(viewer)[slug]
    return lane_of(slug) | {"live": False} | _rows_of(rows, more=len(rows) == board.WINDOW)


def _rows_of(rows: list[Ticket], *, more: bool) -> dict:
    return {"rows": rows, "more": more, "last": rows[-1] if rows else None}


def _parts(viewer: Viewer, slug: str, paint: Paint) -> Iterator[Part]:
    lane = lane_of(slug)
    yield from _rows(viewer, lane, paint)
    if paint.dirt.subjects.get(HEAD.name):
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
            html=_row(lane, ticket, element, paint),
        )


def _row(lane: dict, ticket: Ticket, element: str, paint: Paint) -> str:
    return paint.html(ROW, ticket.pk, element, lambda: {"place": lane["place"], "ticket": ticket})


pane(name="queue", may_see=access.may_see_board, parts=_parts)
