"""The dispute board: the first cards of every column."""

from support_management.core.windows import first_of
from support_management.disputes import queries
from support_management.disputes.models import Dispute
from support_management.people.viewer import Viewer


def first_cards(viewer: Viewer) -> dict[str, list[Dispute]]:
    """Per column its first cards. One query for all columns."""
    columns = [queries.column(slug, viewer) for slug in queries.COLUMNS]
    found = sorted(queries.for_cards(first_of(columns, window=queries.WINDOW)), key=lambda card: card.order_key)
    return {slug: [card for card in found if queries.COLUMN_OF[card.status] == slug] for slug in queries.COLUMNS}


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
