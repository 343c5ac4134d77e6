"""`orders/`: list, read and change status."""

from django.db.models import QuerySet
from rest_framework.permissions import BasePermission

from support_management.api.base import SupportViewSet, write
from support_management.api.filters import OrderFilter
from support_management.api.operation_docs import reads, writes
from support_management.api.permissions import IsDesk, IsDeskOrParty
from support_management.api.serializers import orders as shapes
from support_management.orders import actions, queries
from support_management.orders.models import Order


class OrderView(SupportViewSet):
    """Orders the caller has access to."""

    serializer_class = shapes.OrderShape
    filterset_class = OrderFilter
    queryset = Order.objects.none()
    orderings = {
        "-id": ("-id",),
        "id": ("id",),
        "-updated_at": ("-updated_at", "-id"),
        "updated_at": ("updated_at", "id"),
    }

    party_orderings = orderings | {
        "-updated_at": ("-public_updated_at", "-id"),
        "updated_at": ("public_updated_at", "id"),
    }
    desk_query_names = frozenset({"priority"})

    def get_permissions(self) -> list[BasePermission]:
        return [IsDeskOrParty() if self.action in ("list", "retrieve") else IsDesk()]

    @reads("orders_list", "List orders", shapes.OrderShape(many=True))
    def list(self, request):
        """Orders the caller may see: agents those of their websites, clients and writers their own."""
        return self.rows(self.visible())

    @reads("orders_read", "Get an order", shapes.OrderShape, one=True)
    def retrieve(self, request, pk: int):
        """One order."""
        return self.respond(self.find(self.visible(), pk))

    @writes("orders_status", "Change the status of an order", shapes.OrderStatusInput, shapes.OrderShape)
    @write
    def status(self, request, pk: int):
        """Change the status where that needs neither a reason nor money; 409 names the action that does."""
        actions.set_status(order=pk, by=request.user, **self.body(shapes.OrderStatusInput))
        return 200, self.shape(self.find(self.visible(), pk))

    def visible(self) -> QuerySet[Order]:
        return queries.visible_to(self.viewer)
