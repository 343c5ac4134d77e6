"""The dispute board: cards, and the figures in the column headers."""

from collections.abc import Iterator

from console import access
from console.fragments import groups
from console.fragments.disclosure import removal
from console.fragments.registry import Part, fragment, pane
from console.fragments.rendering import RenderPass
from support_management.disputes import board, queries
from support_management.disputes.models import Dispute
from support_management.disputes.order_status import AFTER
from support_management.disputes.status import OUTCOMES, Status
from support_management.events.catalogue import (
    ClockChanged,
    ClockReached,
    DisputeAssigned,
    DisputeMoved,
    DisputeOpened,
    MoneyEffectChanged,
    RecordChanged,
)
from support_management.orders.status import Status as OrderStatus
from support_management.people.viewer import Viewer
from support_management.sla import queries as clocks

STEPS = ("under_review", "awaiting_response")
CARD_EVENTS = (
    DisputeOpened,
    DisputeAssigned,
    DisputeMoved,
    MoneyEffectChanged,
    ClockReached,
    ClockChanged,
    RecordChanged,
)
HEAD_EVENTS = (DisputeOpened, DisputeAssigned, DisputeMoved, RecordChanged)
CARD = fragment(name="dispute.card", template="disputes/_card.html", tag="li", dirtied_by=CARD_EVENTS)
HEAD = fragment(
    name="dispute.head", template="disputes/_column_head.html", tag="header", dirtied_by=HEAD_EVENTS, counter=True
)


def board_of(viewer: Viewer, rest: tuple[str, board.ColumnPlace | None] = ("", None)) -> list[dict]:
    """All columns with figures and first cards; `rest` (column, place) shows that column after the place instead."""
    cards, figures = board.first_cards(viewer), queries.column_totals(viewer)
    clocks.attach_clocks([card for column in cards.values() for card in column])
    columns = {slug: column_of(slug, figures) | _first(cards[slug], total=figures[slug][0]) for slug in queries.COLUMNS}
    slug, after = rest
    if slug and after:
        columns[slug] |= rest_of(viewer, slug, after)
    return list(columns.values())


def _first(cards: list[Dispute], *, total: int) -> dict:
    return {"cards": cards, "more": total > len(cards) > 0, "live": True}


def rest_of(viewer: Viewer, slug: str, after: board.ColumnPlace | None) -> dict:
    """The cards of a column after a place, not live; without a place its first cards."""
    cards = board.rest(slug, viewer, after) if after else board.first_cards(viewer)[slug]
    return {"cards": clocks.attach_clocks(cards), "more": len(cards) == queries.WINDOW, "live": False}


def column_of(slug: str, figures: dict) -> dict:
    """Template context of a column."""
    total, amounts = figures[slug]
    name = queries.COLUMNS[slug][0]
    place = f"disputes-{slug}"
    return {"slug": slug, "name": name, "place": place, "total": total, "amounts": amounts, "window": queries.WINDOW}


def dialogs_of(viewer: Viewer, requested: dict[str, int | None]) -> dict:
    """Choices of the dialogs; without JavaScript one is open, for the dispute named in the query string."""
    name = next((name for name in ("assign", "advance", "resolve") if requested.get(name)), "")
    dispute = board.card(requested[name] or 0, viewer) if name else None
    return {
        "agents": access.owners(dispute.order if dispute else None),
        "steps": [(value, label) for value, label in Status.choices if value in STEPS],
        "outcomes": [(value, label) for value, label in Status.choices if value in OUTCOMES],
        "after": [(value, label) for value, label in OrderStatus.choices if value in AFTER],
        "open": name,
        "dispute": dispute,
    }


def _parts(viewer: Viewer, _arg: str, paint: RenderPass) -> Iterator[Part]:
    orders = paint.dirt.of(CARD, "order")
    ids = paint.dirt.of(CARD, "dispute") | paint.once("of orders", lambda: queries.keys_of_orders(orders))
    if ids:
        yield from _cards(viewer, ids, paint)
    if paint.dirt.of(HEAD, "dispute") or paint.dirt.of(HEAD, "order"):
        yield from _heads(viewer, paint)


def _cards(viewer: Viewer, ids: set[int], paint: RenderPass) -> Iterator[Part]:
    cards: dict[int, Dispute] = paint.once("cards", lambda: _by_id(ids))
    participants_by_dispute = paint.once("participants of cards", lambda: queries.participants(ids))
    for pk in sorted(ids):
        card = cards.get(pk)
        if card is not None and queries.in_board(viewer, card, participants_by_dispute[pk]):
            yield _card(card, paint)
            continue
        listed = card is not None and queries.may_see(viewer, card, participants_by_dispute[pk])
        subject = (
            ("order", card.order_id) if card and ("order", card.order_id) in paint.dirt.unclear else ("dispute", pk)
        )
        yield from removal(viewer, card, subject, paint.dirt, listed=listed, element=_element(pk), pos=paint.pos)
    # When cards leave a long column, others move up into its window.
    figures = _figures(viewer, paint)
    for card in paint.once(
        ("moved up", viewer), lambda: clocks.attach_clocks(board.last_shown(viewer, len(ids), figures))
    ):
        if card.pk not in ids:
            yield _card(card, paint)


def _by_id(ids: set[int]) -> dict[int, Dispute]:
    cards = queries.cards_by_id(ids)
    clocks.attach_clocks(list(cards.values()))
    return cards


def _heads(viewer: Viewer, paint: RenderPass) -> Iterator[Part]:
    figures = _figures(viewer, paint)
    for slug in queries.COLUMNS:
        element, column = f"disputes-{slug}-head", column_of(slug, figures)
        html = _head(column, element, paint)
        yield Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


def _head(column: dict, element: str, paint: RenderPass) -> str:
    return paint.html(HEAD, repr(column), element, lambda: {"column": column})


def _figures(viewer: Viewer, paint: RenderPass) -> dict:
    return paint.once(("columns", viewer), lambda: queries.column_totals(viewer))


def _element(pk: int) -> str:
    return f"disputes-dispute-{pk}"


def _card(dispute: Dispute, paint: RenderPass) -> Part:
    element, column = _element(dispute.pk), queries.COLUMN_OF[dispute.status]
    html = paint.html(CARD, dispute.pk, element, lambda: {"dispute": dispute})
    return Part(id=element, swap="row", pos=paint.pos, target=f"disputes-{column}-list", html=html)


pane(name="disputes", may_see=access.may_see_disputes, parts=_parts, topics=lambda _: {groups.disputes()})
