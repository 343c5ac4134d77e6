"""Several lists on one page, each by its first rows: read at once, not one by one."""

from collections.abc import Iterable

from django.db.models import QuerySet


def first_of(lists: Iterable[QuerySet], *, window: int) -> QuerySet:
    """Rows that are among the first `window` of at least one of the ordered lists, in no order. One statement."""
    lists = list(lists)
    rows = lists[0].model._default_manager.all()
    # Each list is wrapped, because SQLite takes no LIMIT inside a compound statement.
    keys = [rows.filter(pk__in=some.values("pk")[:window]).values("pk") for some in lists]
    return rows.filter(pk__in=keys[0].union(*keys[1:], all=True))
