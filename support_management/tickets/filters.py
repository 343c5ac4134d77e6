"""Filters of ticket lists that are more than equality, for the page and the API, and the orders of the page."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from support_management.core import keyset
from support_management.core.folding import fold
from support_management.core.keyset import DatetimePart, IntegerPart, Keyset
from support_management.core.time import now
from support_management.tickets.models import WORK_ORDER_KEYSET, Ticket
from support_management.tickets.queries import WORK_ORDER

PAGE = 50
_NEWEST = IntegerPart(descending=True)


class Sort(NamedTuple):
    """An order of the list: the fields, and the keyset of a row's place."""

    name: str
    fields: tuple[str, ...]
    keyset: Keyset


SORTS = {
    "newest": Sort("Newest first", ("-id",), Keyset(_NEWEST)),
    "oldest": Sort("Oldest first", ("id",), Keyset(keyset.ID)),
    "updated": Sort("Last updated", ("-updated_at", "-id"), Keyset(DatetimePart(descending=True), _NEWEST)),
    "due": Sort("Next due", ("next_due_at", "id"), Keyset(DatetimePart(), keyset.ID)),
    "work": Sort("Work order", WORK_ORDER, WORK_ORDER_KEYSET),
}


def with_tag(rows: QuerySet[Ticket], word: str) -> QuerySet[Ticket]:
    """Those with this tag, whatever its capitals."""
    return rows.filter(tags__folded=fold(word))


def breached(rows: QuerySet[Ticket], yes: bool) -> QuerySet[Ticket]:
    """Those that have or had a breached clock, also of a target that was met late; or the others."""
    late = Q(pk__in=Ticket.objects.filter(clocks__breached_at__isnull=False).values("pk"))
    overdue = Q(is_open=True, next_due_at__lt=now())
    return rows.filter(late | overdue) if yes else rows.exclude(late | overdue)


def narrowed(
    rows: QuerySet[Ticket],
    *,
    tag: str = "",
    is_breached: bool | None = None,
    updated_since: datetime | None = None,
    **equal: object,
) -> QuerySet[Ticket]:
    """The rows that meet every condition. `equal`: a value or a list of values by field; None and [] ask nothing."""
    for field, value in equal.items():
        if isinstance(value, list):
            rows = rows.filter(**{f"{field}__in": value}) if value else rows
        elif value is not None:
            rows = rows.filter(**{field: value})
    rows = with_tag(rows, tag) if tag else rows
    rows = rows.filter(updated_at__gte=updated_since) if updated_since else rows
    return rows if is_breached is None else breached(rows, is_breached)


def page_of(rows: QuerySet[Ticket], sort: str, after: Sequence | None) -> tuple[list[Ticket], str]:
    """A page in this order behind a place, and the place of its last row when there are more."""
    order = SORTS[sort]
    rows = rows.order_by(*order.fields)
    if after:
        rows = rows.filter(keyset.behind(order.fields, after))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return shown, place_of(shown[-1], sort) if len(found) > PAGE else ""


def place_of(row: Ticket, sort: str) -> str:
    """The place of a row in this order."""
    order = SORTS[sort]
    return order.keyset.encode(*(getattr(row, field.lstrip("-")) for field in order.fields))
