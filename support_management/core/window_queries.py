"""The first rows of several lists in one query."""

from collections.abc import Iterable

from django.db.models import QuerySet


def first_of(lists: Iterable[QuerySet], *, window: int) -> QuerySet:
    """Rows among the first `window` of at least one of the ordered lists, in no particular order. One query."""
    lists = list(lists)
    rows = lists[0].model._default_manager.all()
    # Each list is wrapped in a subquery, because SQLite allows no LIMIT inside a compound statement.
    keys = [rows.filter(pk__in=ordered.values("pk")[:window]).values("pk") for ordered in lists]
    return rows.filter(pk__in=keys[0].union(*keys[1:], all=True))
