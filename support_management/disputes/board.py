"""The dispute board: the first cards of every column, and the rest of one."""

from datetime import datetime, timedelta

from support_management.core.errors import Invalid
from support_management.core.window_queries import first_of
from support_management.disputes import queries
from support_management.disputes.models import DOWN, EPOCH, Dispute
from support_management.people.viewer import Viewer

Key = tuple[datetime, int]


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


def rest(slug: str, viewer: Viewer, after: Key) -> list[Dispute]:
    """The next cards of a column behind a key."""
    rows = queries.after(slug, queries.column(slug, viewer), after)
    return list(queries.for_cards(rows)[: queries.WINDOW])


def key_of(text: str) -> Key:
    """The place in a column that `Dispute.order_key` writes. Invalid for anything else."""
    try:
        group, micros, pk = (int(part) for part in text.split("|"))
        moment = EPOCH + timedelta(microseconds=DOWN - micros if group == 9 else micros)
    except (ValueError, OverflowError):
        raise Invalid("bad_key", "This is not a valid position in the list.", field="after") from None
    if group not in (1, 9) or not 0 <= pk < 2**63:
        raise Invalid("bad_key", "This is not a valid position in the list.", field="after")
    return moment, pk
