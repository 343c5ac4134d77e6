"""Queries for clocks and their history."""

from collections.abc import Callable, Iterable

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.orders import queries as orders
from support_management.payment_issues import queries as payment_issues
from support_management.people.viewer import Viewer
from support_management.sla.models import Metric, OrderDisputeSLA, SLAEvent, work_model
from support_management.tickets import queries as tickets
from support_management.tickets.models import Ticket

REACHES = frozenset({"object_id", "assignee"})
"""Filters by which somebody looks for clocks: a list with one of them has all that the person may see."""


def of_ticket(ticket_id: int) -> list[OrderDisputeSLA]:
    """The clocks of a ticket, the earliest due first, ended ones last."""
    return of_work("ticket", ticket_id)


def of_work(kind: str, pk: int) -> list[OrderDisputeSLA]:
    """The clocks of a ticket, dispute or order, the earliest due first, ended ones last."""
    clocks = OrderDisputeSLA.objects.filter(**{kind: pk}).select_related("policy", "calendar")
    return sorted(clocks, key=lambda clock: (clock.completed_at is not None, clock.due_at, clock.pk))


def visible_to(viewer: Viewer) -> QuerySet[OrderDisputeSLA]:
    """Clocks of the work that the person may see."""
    return OrderDisputeSLA.objects.filter(_of(viewer, tickets.visible_to))


def listed_for(viewer: Viewer) -> QuerySet[OrderDisputeSLA]:
    """Clocks in lists: those of the work that lists show the person."""
    return OrderDisputeSLA.objects.filter(_of(viewer, tickets.listed_for))


def in_list(viewer: Viewer, filters: Iterable[str]) -> QuerySet[OrderDisputeSLA]:
    """The clocks of a list with these filters (names of those with a value), before they are applied."""
    return listed_for(viewer) if REACHES.isdisjoint(filters) else visible_to(viewer)


def unchecked() -> QuerySet[OrderDisputeSLA]:
    """All clocks, for callers who check each one: a fragment is painted once for several viewers."""
    return OrderDisputeSLA.objects.all()


def with_work(rows: QuerySet[OrderDisputeSLA]) -> QuerySet[OrderDisputeSLA]:
    """Load the relations that name the work and its owner."""
    related = ("ticket__assignee", "ticket__type", "dispute__assignee", "order", "payment__assignee", "policy")
    return rows.select_related(*related)


def upcoming(viewer: Viewer) -> QuerySet[OrderDisputeSLA]:
    """Running clocks of work listed for the person, the earliest due first."""
    return with_work(listed_for(viewer)).filter(is_open=True, state="running").order_by("due_at", "id")


def attach_clocks(disputes: list[Dispute]) -> list[Dispute]:
    """The same disputes, each with its clocks as `all_clocks`. One query; none without disputes."""
    clocks = OrderDisputeSLA.objects.exclude(state="cancelled").select_related("policy").order_by("id")
    prefetch_related_objects(disputes, Prefetch("clocks", clocks, to_attr="all_clocks"))
    return disputes


def breaches(viewer: Viewer) -> QuerySet[OrderDisputeSLA]:
    """Breached clocks that are still open, of work listed for the person, the longest overdue first."""
    return with_work(listed_for(viewer)).filter(is_open=True, state="breached").order_by("due_at", "id")


def history_of(clock_id: int) -> QuerySet[SLAEvent]:
    """The events of a clock, with their actors."""
    return SLAEvent.objects.filter(clock=clock_id).select_related("actor")


def _of(viewer: Viewer, seen_tickets: Callable[[Viewer], QuerySet[Ticket]]) -> Q:
    """Leads see all work, so no condition is needed; for others each clock is checked by its own work."""
    if viewer.is_lead:
        return Q()
    return (
        Q(Exists(seen_tickets(viewer).filter(pk=OuterRef("ticket"))))
        | Q(Exists(disputes.visible_to(viewer).filter(pk=OuterRef("dispute"))))
        | Q(Exists(payment_issues.visible_to(viewer).filter(pk=OuterRef("payment"))))
        | Q(Exists(orders.visible_to(viewer).filter(pk=OuterRef("order"))))
    )


def names(works: dict[str, set[int]]) -> dict[tuple[str, int], str]:
    """Names of work (ids by kind) in a list: T-10482, D-12, an order's reference. By kind and id."""
    work_names: dict[tuple[str, int], str] = {}
    for kind, ids in works.items():
        rows = (
            work_model(kind)
            ._default_manager.filter(pk__in=ids)
            .values_list("pk", "reference" if kind == "order" else "number")
        )
        work_names |= {(kind, pk): name for pk, name in rows}
    return work_names


def metrics(ids: set[int]) -> dict[int, str]:
    """Labels of the metrics of clocks, by clock id."""
    rows = OrderDisputeSLA.objects.filter(pk__in=ids).values_list("pk", "metric")
    return {pk: Metric(metric).label for pk, metric in rows}
