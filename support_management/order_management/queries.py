"""Queries on actions on orders and their visibility."""

from django.db.models import Prefetch, QuerySet

from support_management.disputes.models import Dispute
from support_management.order_management.models import HeldMessage, SupportOrderManagement
from support_management.orders import queries as orders
from support_management.people.viewer import Viewer


def visible_to(viewer: Viewer) -> QuerySet[SupportOrderManagement]:
    """Actions on orders that the viewer may see; parties see none."""
    if not viewer.is_desk:
        return SupportOrderManagement.objects.none()
    return SupportOrderManagement.objects.filter(order__in=orders.visible_to(viewer).values("pk"))


def with_details(rows: QuerySet[SupportOrderManagement]) -> QuerySet[SupportOrderManagement]:
    """With the related rows that pages and the API show, in one query more."""
    messages = HeldMessage.objects.select_related("recipient", "ticket").order_by("id")
    return rows.select_related("order", "performed_by").prefetch_related(Prefetch("messages", messages))


def by_id(ids) -> dict[int, SupportOrderManagement]:
    """Actions by id, with what a timeline shows of them."""
    return with_details(SupportOrderManagement.objects.all()).in_bulk(list(ids)) if ids else {}


def open_dispute(order_id: int) -> Dispute | None:
    """The open dispute about an order."""
    return Dispute.objects.filter(order=order_id, is_open=True).first()
