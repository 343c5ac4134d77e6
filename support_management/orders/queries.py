"""Queries on orders and their visibility."""

from django.db.models import Q, QuerySet

from support_management.orders.models import Order
from support_management.people import roles
from support_management.people.viewer import Viewer


def visible_to(viewer: Viewer) -> QuerySet[Order]:
    """Orders the viewer may see: agents those of their websites, leads all, clients and writers their own."""
    if viewer.is_desk:
        rows = Order.objects.all()
        if viewer.websites and not viewer.is_lead:
            rows = rows.filter(website__in=viewer.websites)
    elif viewer.role in roles.PARTIES:
        rows = Order.objects.filter(Q(client=viewer.id) | Q(writer=viewer.id))
    else:
        rows = Order.objects.none()
    return with_people(rows)


def with_people(rows: QuerySet[Order]) -> QuerySet[Order]:
    """With client, writer and website."""
    return rows.select_related("client", "writer", "website")


def of_party(viewer: Viewer, person_id: int) -> QuerySet[Order]:
    """What a person bought or writes, as far as the viewer may see it."""
    return visible_to(viewer).filter(Q(client=person_id) | Q(writer=person_id))


def unchecked() -> QuerySet[Order]:
    """All orders, for callers who check each one: a fragment is painted once for several viewers."""
    return Order.objects.all()


def has_open_dispute(order: Order) -> bool:
    """Whether a dispute about this order is open."""
    return order.disputes.filter(is_open=True).exists()  # type: ignore[attr-defined]


def clients(ids) -> dict[int, int]:
    """The client of each order, by order id."""
    return dict(Order.objects.filter(pk__in=list(ids)).values_list("pk", "client")) if ids else {}
