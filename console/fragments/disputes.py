"""The dispute board: cards and the figures in the heads of the columns."""

from collections.abc import Iterator

from console import access
from console.fragments.paint import Paint
from console.fragments.registry import Part, fragment, pane
from support_management.disputes import queries
from support_management.disputes.models import Dispute
from support_management.events.catalogue import (
    ClockReached,
    DisputeAssigned,
    DisputeMoved,
    DisputeOpened,
    RecordChanged,
)
from support_management.people.viewer import Viewer

DISPUTE_EVENTS = (DisputeOpened, DisputeAssigned, DisputeMoved, ClockReached, RecordChanged)
CARD = fragment(name="dispute.card", template="disputes/_card.html", dirtied_by=DISPUTE_EVENTS)
HEAD = fragment(
    name="dispute.head", template="disputes/_column_head.html", dirtied_by=DISPUTE_EVENTS, counter=True
)


def column_of(slug: str, facts: dict) -> dict:
    """A column as its templates know it."""
    total, amounts = facts[slug]
    name = queries.COLUMNS[slug][0]
    return {"slug": slug, "name": name, "place": f"disputes-{slug}", "total": total, "amounts": amounts}


def _parts(viewer: Viewer, _arg: str, paint: Paint) -> Iterator[Part]:
    ids = paint.dirt.of(CARD, "dispute")
    cards: dict[int, Dispute] = paint.once("cards", lambda: queries.cards_by_id(ids)) if ids else {}
    for pk in sorted(ids):
        yield _card(viewer, pk, cards.get(pk), paint)
    if paint.dirt.of(HEAD, "dispute"):
        facts = paint.once(("columns", viewer), lambda: queries.column_facts(viewer))
        for slug in queries.COLUMNS:
            element = f"disputes-{slug}-head"
            column = column_of(slug, facts)
            html = paint.html(HEAD, repr(column), element, lambda column=column: {"column": column})
            yield Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


def _card(viewer: Viewer, pk: int, dispute: Dispute | None, paint: Paint) -> Part:
    element = f"disputes-dispute-{pk}"
    if dispute is None or not queries.in_board(viewer, dispute):
        return Part(id=element, swap="delete", pos=paint.pos)
    column = queries.COLUMN_OF[dispute.status]
    html = paint.html(CARD, pk, element, lambda: {"dispute": dispute})
    return Part(id=element, swap="row", pos=paint.pos, target=f"disputes-{column}-list", html=html)


pane(name="disputes", may_see=access.may_see_disputes, parts=_parts)
