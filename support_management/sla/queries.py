"""What is read of clocks."""

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.orders import queries as orders
from support_management.orders.models import Order
from support_management.people.viewer import Viewer
from support_management.sla.models import Metric, OrderDisputeSLA, SLAEvent
from support_management.tickets import queries as tickets
from support_management.tickets.models import Ticket


def of_ticket(ticket_id: int) -> list[OrderDisputeSLA]:
    """The clocks of a ticket, the next to bite first, done ones last."""
    return of_work("ticket", ticket_id)


def of_work(kind: str, pk: int) -> list[OrderDisputeSLA]:
    """The same for any kind of work."""
    clocks = OrderDisputeSLA.objects.filter(**{kind: pk}).select_related("policy", "calendar")
    return sorted(clocks, key=lambda clock: (clock.completed_at is not None, clock.due_at, clock.pk))


def visible_to(viewer: Viewer) -> QuerySet[OrderDisputeSLA]:
    """Clocks of the work that the person may see."""
    return OrderDisputeSLA.objects.filter(_of_visible(viewer))


def with_work(rows: QuerySet[OrderDisputeSLA]) -> QuerySet[OrderDisputeSLA]:
    """With what it takes to name the work and its owner."""
    related = ("ticket__assignee", "ticket__type", "dispute__assignee", "order", "policy")
    return rows.select_related(*related)


def upcoming(viewer: Viewer) -> QuerySet[OrderDisputeSLA]:
    """Running clocks of work the person may see, the next to bite first."""
    return with_work(visible_to(viewer)).filter(is_open=True, state="running").order_by("due_at", "id")


def onto(cards: list[Dispute]) -> list[Dispute]:
    """The same disputes, each with its clocks on it as `all_clocks`. One query, none for none."""
    clocks = OrderDisputeSLA.objects.exclude(state="cancelled").select_related("policy").order_by("id")
    prefetch_related_objects(cards, Prefetch("clocks", clocks, to_attr="all_clocks"))
    return cards


def breaches(viewer: Viewer) -> QuerySet[OrderDisputeSLA]:
    """Breached and still open clocks of work the person may see, the longest overdue first."""
    return with_work(visible_to(viewer)).filter(is_open=True, state="breached").order_by("due_at", "id")


def history_of(clock_id: int) -> QuerySet[SLAEvent]:
    """Everything that happened to a clock, with who did it."""
    return SLAEvent.objects.filter(clock=clock_id).select_related("actor")


def _of_visible(viewer: Viewer) -> Q:
    """Leads see all work, so nobody looks at it; for others each clock asks about its own piece of work."""
    if viewer.is_lead:
        return Q()
    return (
        Q(Exists(tickets.visible_to(viewer).filter(pk=OuterRef("ticket"))))
        | Q(Exists(disputes.visible_to(viewer).filter(pk=OuterRef("dispute"))))
        | Q(Exists(orders.visible_to(viewer).filter(pk=OuterRef("order"))))
    )


def names(works: dict[str, set[int]]) -> dict[tuple[str, int], str]:
    """What pieces of work (kind → keys) are called in a list: T-10482, D-12, an order's reference."""
    found: dict[tuple[str, int], str] = {}
    for kind, model, field in (("ticket", Ticket, "number"), ("order", Order, "reference")):
        rows = model._default_manager.filter(pk__in=works[kind]).values_list("pk", field)
        found |= {(kind, pk): name for pk, name in rows}
    found |= {("dispute", row.pk): row.number for row in Dispute.objects.filter(pk__in=works["dispute"])}
    return found


def metrics(ids: set[int]) -> dict[int, str]:
    """What these clocks measure, in words."""
    rows = OrderDisputeSLA.objects.filter(pk__in=ids).values_list("pk", "metric")
    return {pk: Metric(metric).label for pk, metric in rows}
