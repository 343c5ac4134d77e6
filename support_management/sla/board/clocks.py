"""The clocks of the SLA board: lists of open clocks in due order, and those due in the next two hours."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncMinute

from support_management.core import keyset
from support_management.core.keyset import EPOCH, ID, DatetimePart, Keyset
from support_management.core.time import now
from support_management.core.window_queries import first_of
from support_management.sla.board import filters
from support_management.sla.board.filters import BoardFilter
from support_management.sla.models import OrderDisputeSLA

LISTS = {"late": "breached", "next": "running", "paused": "paused"}
"""List → the state of its clocks."""
LIST_OF = {state: slug for slug, state in LISTS.items()}
WINDOW = 50
"""Clocks that "Load more" adds."""
FIRST = {"late": 12, "next": 50, "paused": 12}
"""Clocks of each list at first: most for those that breach next."""
DRAWN = timedelta(hours=2)
"""How far ahead minutes are sent: the browser moves the displayed hour on by itself."""
GRACE = timedelta(seconds=15)
"""A threshold that is overdue by more than this means that the sweep is late."""
_RELATED = (
    "policy",
    "calendar",
    "ticket__assignee",
    "ticket__requester",
    "dispute__assignee",
    "dispute__order__client",
    "order__client",
    "payment__assignee",
    "payment__order__client",
)
KEYSET = Keyset[datetime, int](DatetimePart(), ID)


@dataclass(frozen=True, slots=True)
class ClockListSummary:
    """Summary of a list: the number of clocks, the earliest due time and the earliest pause."""

    total: int = 0
    due_at: datetime | None = None
    paused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueMinute:
    """Clocks that fall due within one minute, counted by stage."""

    at: datetime
    stages: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.stages)


def first_clocks(narrow: BoardFilter) -> dict[str, list[OrderDisputeSLA]]:
    """The first clocks of each list. One query for all lists."""
    lists = [_list(slug, narrow) for slug in LISTS]
    ordered = sorted(with_all(first_of(lists, window=WINDOW)), key=order_key)
    by_list: dict[str, list[OrderDisputeSLA]] = {slug: [] for slug in LISTS}
    for clock in ordered:
        by_list[LIST_OF[clock.state]].append(clock)
    return {slug: clocks[: FIRST[slug]] for slug, clocks in by_list.items()}


def rest(slug: str, narrow: BoardFilter, after: tuple[datetime, int]) -> list[OrderDisputeSLA]:
    """The next clocks of a list behind a place."""
    rows = _list(slug, narrow).filter(keyset.behind((_order(slug), "id"), after))
    return list(with_all(rows)[:WINDOW])


def of_works(narrow: BoardFilter, works: dict[str, set[int]]) -> list[OrderDisputeSLA]:
    """Open clocks of this work (ids by kind) that match the filter."""
    of_work = Q()
    for kind, ids in works.items():
        of_work |= Q(**{f"{kind}__in": ids})
    return list(with_all(filters.clocks(_open().filter(of_work), narrow)).order_by("id"))


def summaries(narrow: BoardFilter) -> dict[str, ClockListSummary]:
    """The summary of each list. One query."""
    rows = filters.clocks(_open(), narrow).order_by().values("state")
    counts = rows.annotate(total=Count("pk"), due=Min("due_at"), paused=Min("paused_at"))
    by_list = {LIST_OF[row["state"]]: ClockListSummary(row["total"], row["due"], row["paused"]) for row in counts}
    return {slug: by_list.get(slug, ClockListSummary()) for slug in LISTS}


def minutes(narrow: BoardFilter) -> list[DueMinute]:
    """Running clocks that fall due within `DRAWN`, by minute, without empty minutes."""
    rows = filters.clocks(_open(), narrow).filter(state="running", due_at__lt=now() + DRAWN).order_by()
    grouped: dict[datetime, list[tuple[str, int]]] = defaultdict(list)
    counted = rows.annotate(minute=TruncMinute("due_at", tzinfo=UTC)).values_list("minute", "stage")
    for minute, stage, count in counted.annotate(n=Count("pk")).order_by("minute", "stage"):
        grouped[minute].append((stage, count))
    return [DueMinute(at, tuple(stages)) for at, stages in sorted(grouped.items())]


def late_since() -> datetime | None:
    """The earliest due time of a waiting threshold if it is overdue by more than `GRACE`, else None."""
    first = _open().order_by("next_fire_at", "id").values_list("next_fire_at", flat=True).first()
    return first if first is not None and first < now() - GRACE else None


def order_key(clock: OrderDisputeSLA) -> str:
    """Sorts a list: what breaches first; of paused ones the longest pause."""
    moment = clock.paused_at if clock.state == "paused" else clock.due_at
    return KEYSET.encode(moment or EPOCH, clock.pk)


def with_all(rows: QuerySet[OrderDisputeSLA]) -> QuerySet[OrderDisputeSLA]:
    """Load everything that a row shows in the same query."""
    return rows.select_related(*_RELATED)


def _open() -> QuerySet[OrderDisputeSLA]:
    return OrderDisputeSLA.objects.filter(is_open=True)


def _list(slug: str, narrow: BoardFilter) -> QuerySet[OrderDisputeSLA]:
    return filters.clocks(_open().filter(state=LISTS[slug]), narrow).order_by(_order(slug), "id")


def _order(slug: str) -> str:
    return "paused_at" if slug == "paused" else "due_at"
