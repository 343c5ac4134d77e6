"""A list that is read in windows: the first is live; those behind a place are read from there, and are not."""

from types import ModuleType
from typing import Any

from support_management.people.viewer import Viewer


def window_of(listing: ModuleType, viewer: Viewer, narrow: Any, after: tuple | None) -> dict:
    """Template context of one window. `listing`: the module that reads this kind of row."""
    rows = _from(listing, viewer, narrow, after)
    shown, more = rows[: listing.WINDOW], len(rows) > listing.WINDOW
    last = shown[-1] if shown else None
    return {
        "rows": shown,
        "more": more,
        "last": last,
        "live": after is None,
        "word": narrow.word,
        "window": listing.WINDOW,
    }


def rows_of(listing: ModuleType, viewer: Viewer, narrow: Any, after: tuple | None) -> list:
    """The rows behind a place, without it the first."""
    return _from(listing, viewer, narrow, after)[: listing.WINDOW]


def total_of(listing: ModuleType, viewer: Viewer, narrow: Any) -> dict:
    """How many rows match, counted up to a limit, as a number and in words."""
    total, most = listing.total(viewer, narrow), listing.MOST_COUNTED
    return {"total": total, "said": f"{most:,}+" if total > most else f"{total:,}"}


def _from(listing: ModuleType, viewer: Viewer, narrow: Any, after: tuple | None) -> list:
    return listing.rest(viewer, narrow, after) if after else listing.first(viewer, narrow)
