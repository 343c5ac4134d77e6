"""Open work without a target: no policy matched, or none matches any longer. The board lists it."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet, Value

from support_management.core.keyset import IntegerPart, Keyset
from support_management.core.priority import PRIORITY_WORDS
from support_management.core.time import NEVER
from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.sla.board import filters
from support_management.sla.board.filters import BoardFilter
from support_management.sla.lifecycle.tracking import ORDER_NEEDS_DESK
from support_management.sla.models import OrderDisputeSLA, WorkKind
from support_management.tickets.models import Ticket

WINDOW, FIRST = 50, 12
"""Items that "Load more" adds, and items at first."""
AnyWork = Ticket | Dispute | Order | PaymentIssueLog
_RANKS = {WorkKind.TICKET: 1, WorkKind.DISPUTE: 2, WorkKind.ORDER: 3, WorkKind.PAYMENT: 4}
_KINDS = {rank: kind for kind, rank in _RANKS.items()}
KEYSET = Keyset[int, int](IntegerPart(1, len(_RANKS), width=1), IntegerPart(width=18))
_RELATED = {
    WorkKind.TICKET: ("assignee", "requester"),
    WorkKind.DISPUTE: ("assignee", "order__client"),
    WorkKind.ORDER: ("client",),
    WorkKind.PAYMENT: ("assignee", "order__client"),
}
_MODELS: dict[WorkKind, type[AnyWork]] = {
    WorkKind.TICKET: Ticket,
    WorkKind.DISPUTE: Dispute,
    WorkKind.ORDER: Order,
    WorkKind.PAYMENT: PaymentIssueLog,
}
_KIND_OF = {model: kind for kind, model in _MODELS.items()}


def first(narrow: BoardFilter, after: tuple[int, int] = (0, 0)) -> list[AnyWork]:
    """The next pieces of work behind a place: tickets, disputes, orders, payment issues, the oldest first."""
    rank, pk = after
    left = [kind for kind in WorkKind if _RANKS[kind] >= rank]
    lists = [_all(kind, narrow).filter(pk__gt=pk if _RANKS[kind] == rank else 0) for kind in left]
    keys = _keys(lists).order_by("kind", "id")[:WINDOW]
    by_kind: dict[WorkKind, list[int]] = {kind: [] for kind in WorkKind}
    for number, pk in keys:
        by_kind[_KINDS[number]].append(pk)
    return [work for kind, ids in by_kind.items() if ids for work in _whole(kind).filter(pk__in=ids).order_by("pk")]


def total(narrow: BoardFilter) -> int:
    """The number of items in the list."""
    return _keys([_all(kind, narrow) for kind in WorkKind]).count()


def among(narrow: BoardFilter, works: dict[str, set[int]]) -> list[AnyWork]:
    """The items of the list among this work (ids by kind)."""
    listed: list[AnyWork] = []
    for kind in WorkKind:
        if works[kind]:
            ids = _all(kind, narrow).filter(pk__in=works[kind]).values("pk")
            listed += _whole(kind).filter(pk__in=ids).order_by("pk")
    return listed


def whole(kind: str, pk: int) -> AnyWork | None:
    """A piece of work with everything that a row shows."""
    return _whole(kind).filter(pk=pk).first()


def kind_of(work: AnyWork) -> str:
    """Ticket, dispute, order or payment."""
    return _KIND_OF[type(work)]


def order_key(work: AnyWork) -> str:
    """Sorts the list."""
    return KEYSET.encode(_RANKS[WorkKind(kind_of(work))], work.pk)


def _all(kind: WorkKind, narrow: BoardFilter) -> QuerySet:
    if kind == WorkKind.ORDER:
        rows: QuerySet = Order.objects.filter(status__in=ORDER_NEEDS_DESK)
    else:
        model = _MODELS[kind]
        # Naming every rank lets the database use the index in work order.
        rows = model._default_manager.filter(is_open=True, due_state="", next_due_at=NEVER)
        rows = rows.filter(priority__in=list(PRIORITY_WORDS))
    clocks = OrderDisputeSLA.objects.exclude(state="cancelled").filter(**{kind: OuterRef("pk")})
    return filters.works(rows.filter(~Exists(clocks)), kind, narrow)


def _keys(lists: Iterable[QuerySet]) -> QuerySet:
    ranked = [
        rows.order_by().annotate(kind=Value(_RANKS[_KIND_OF[rows.model]])).values_list("kind", "id") for rows in lists
    ]
    return ranked[0].union(*ranked[1:], all=True)


def _whole(kind: str) -> QuerySet:
    return _MODELS[WorkKind(kind)]._default_manager.select_related(*_RELATED[WorkKind(kind)])
