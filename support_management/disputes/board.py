"""The dispute board: first cards of all columns, and further cards of one."""

from datetime import datetime

from support_management.core.window_queries import first_of
from support_management.disputes import queries
from support_management.disputes.models import DECIDED_KEYSET, OPEN_KEYSET, Dispute
from support_management.people.viewer import Viewer

type ColumnPlace = tuple[datetime, int]


def first_cards(viewer: Viewer) -> dict[str, list[Dispute]]:
    """The first cards of each column, in one query."""
    columns = [queries.column(slug, viewer) for slug in queries.COLUMNS]
    cards = sorted(queries.for_cards(first_of(columns, window=queries.WINDOW)), key=lambda card: card.order_key)
    return {slug: [card for card in cards if queries.COLUMN_OF[card.status] == slug] for slug in queries.COLUMNS}


def last_shown(viewer: Viewer, count: int, facts: dict) -> list[Dispute]:
    """The last `count` cards within the window of every column that, by its facts, is longer than its window."""
    found: list[Dispute] = []
    for slug, (total, _) in facts.items():
        if total > queries.WINDOW:
            found += queries.column(slug, viewer)[max(0, queries.WINDOW - count) : queries.WINDOW]
    return found


def card(pk: int, viewer: Viewer) -> Dispute | None:
    """One dispute with everything a card shows, if the person may see it."""
    return queries.for_cards(queries.visible_to(viewer)).filter(pk=pk).first()


def rest(slug: str, viewer: Viewer, after: ColumnPlace) -> list[Dispute]:
    """The next cards of a column after a place."""
    rows = queries.after(slug, queries.column(slug, viewer), after)
    return list(queries.for_cards(rows)[: queries.WINDOW])


def place_of(text: str) -> ColumnPlace:
    """Parse a key written by `Dispute.order_key`. Invalid bad_key for anything else."""
    _, moment, pk = (DECIDED_KEYSET if text.startswith("9") else OPEN_KEYSET).decode(text)
    return moment, pk
