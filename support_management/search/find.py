"""Search: what a person at the desk finds by a number, a reference, an address or words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from support_management.core.keyset import LARGEST_INTEGER
from support_management.people.viewer import Viewer
from support_management.search import store
from support_management.search.kinds import KINDS, Kind
from support_management.search.results import Result, result_of
from support_management.search.words import Clause, Query, query_of

SHOWN = 50
"""Results of a kind that are counted and shown; `more` says that there are others."""
_AT_ONCE = 4
"""Entries that are read for each result: a ticket has several."""


@dataclass(frozen=True, slots=True)
class Group:
    """The results of a kind. `more`: there are others behind the last."""

    kind: Kind
    results: list[Result]
    more: bool

    @property
    def count(self) -> int:
        return len(self.results)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, kind by kind; kinds without a result are left out."""

    query: str
    groups: list[Group]

    @property
    def exact(self) -> Result | None:
        """The one result of the first kind whose number, reference or address was asked for."""
        for group in self.groups:
            if exact := [result for result in group.results if result.is_exact]:
                return exact[0] if len(exact) == 1 else None
        return None


def search(viewer: Viewer, text: str, *, limit: int = SHOWN) -> Found:
    """What the viewer may see and what has every word of the text, or its beginning: exact ones first, then newest."""
    query = query_of(text)
    if not viewer.is_desk or not query.words:
        return Found(query.text, [])
    groups = [_group(kind, viewer, query, limit) for kind in KINDS]
    return Found(query.text, [group for group in groups if group.results])


def _group(kind: Kind, viewer: Viewer, query: Query, limit: int) -> Group:
    limits = kind.limits(viewer)
    exact = _first(kind, viewer, kind.exact(query) + limits, limit + 1, {}, rare=True)
    found = _first(kind, viewer, query.clauses + limits, limit + 1, exact, rare=False)
    rows = list(found.values())
    results = [result_of(kind.name, row, is_exact=row.pk in exact) for row in rows[:limit]]
    return Group(kind, results, more=len(rows) > limit)


def _first(
    kind: Kind, viewer: Viewer, clauses: Sequence[Clause], limit: int, known: dict, *, rare: bool
) -> dict[int, Any]:
    """Rows by key, at most `limit`: those known, then those that have the words, the newest first."""
    found = dict(known)
    for keys in _keys(kind, clauses, limit, rare):
        new = [pk for pk in keys if pk not in found]
        rows = kind.visible(viewer).in_bulk(new) if new else {}
        found |= {pk: rows[pk] for pk in new if pk in rows}
        if len(found) >= limit:
            break
    return dict(list(found.items())[:limit])


def _keys(kind: Kind, clauses: Sequence[Clause], limit: int, rare: bool) -> Iterator[list[int]]:
    """Keys of rows with the words, the newest first, in growing batches: few are enough unless most are hidden."""
    before, size = LARGEST_INTEGER, limit * (_AT_ONCE if kind.per_row > 1 else 1)
    while True:
        rowids = store.newest(kind.entry, clauses, before=before, limit=size, rare=rare)
        yield list(dict.fromkeys(rowid // kind.per_row for rowid in rowids))
        if len(rowids) < size:
            return
        before, size = rowids[-1], size * _AT_ONCE
