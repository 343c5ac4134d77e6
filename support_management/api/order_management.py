"""`order-management/`: actions on orders, one row each; `orders/17/hold/` and the like act on the order itself."""

from django.db.models import QuerySet

from support_management.api.base import SupportViewSet, write
from support_management.api.filters import OrderActionFilter
from support_management.api.operation_docs import reads, writes
from support_management.api.orders import OrderView
from support_management.api.permissions import IsDesk
from support_management.api.serializers import order_management as shapes
from support_management.api.serializers.orders import OrderShape
from support_management.core.errors import Conflict
from support_management.order_management import actions, queries
from support_management.order_management import undo as undoing
from support_management.order_management.acting import Words
from support_management.order_management.models import SupportOrderManagement
from support_management.orders import queries as orders
from support_management.orders.models import Order


def _words_of(values: dict) -> Words:
    """The words of an input, taken out of its values."""
    return Words(**{name: values.pop(name, "") for name in ("reason", "note", "message")})


class OrderManagementView(SupportViewSet):
    """Actions on orders the caller has access to."""

    permission_classes = (IsDesk,)
    serializer_class = shapes.OrderActionShape
    filterset_class = OrderActionFilter
    queryset = SupportOrderManagement.objects.none()
    orderings = {"-id": ("-id",), "id": ("id",)}

    @reads("order-management_list", "List actions on orders", shapes.OrderActionShape(many=True))
    def list(self, request):
        """Actions on orders of the caller's websites; leads see all."""
        return self.rows(self.visible())

    @writes("order-management_create", "Act on an order", shapes.OrderActionInput, shapes.OrderActionShape, status=201)
    @write
    def create(self, request):
        """Perform an action on an order. 409 `illegal_move` says why it is not possible now."""
        values = self.body(shapes.OrderActionInput)
        words = _words_of(values)
        return 201, self._shown(actions.perform(by=request.user, words=words, **values).pk)

    @reads("order-management_read", "Get an action on an order", shapes.OrderActionShape, one=True)
    def retrieve(self, request, pk: int):
        """One action with what it changed."""
        return self.respond(self.find(self.visible(), pk))

    @writes(
        "order-management_restore",
        "Restore the order of an action to in progress",
        shapes.RestoreInput,
        shapes.OrderActionShape,
    )
    @write
    def restore_to_progress(self, request, pk: int):
        """Restore the order of this action. The answer is this action; the restoration is an action of its own."""
        row, values = self.find(self.visible(), pk), self.body(shapes.RestoreInput)
        values["reason"] = values.get("reason") or row.reason
        words = _words_of(values)
        actions.perform("restore_to_progress", order=row.order_id, by=request.user, words=words, **values)
        return 200, self._shown(pk)

    @writes("order-management_undo", "Undo an action on an order", shapes.UndoInput, shapes.OrderActionShape)
    @write
    def undo(self, request, pk: int):
        """Undo one's own action a moment after it, unless the order has changed since or the parties have been told."""
        self.body(shapes.UndoInput)
        undoing.undo(action=pk, by=request.user)
        return 200, self._shown(pk)

    def current(self, conflict: Conflict) -> dict | None:
        """For a Conflict of an action on an order: the order as it is now."""
        if not isinstance(conflict.current, Order):
            return super().current(conflict)
        row = orders.visible_to(self.viewer).filter(pk=conflict.current.pk).first()
        return OrderShape(row, context=self.get_serializer_context()).data if row else None

    def visible(self) -> QuerySet[SupportOrderManagement]:
        return queries.with_details(queries.visible_to(self.viewer))

    def _shown(self, pk: int) -> dict:
        return self.shape(self.find(self.visible(), pk))


class OrderActionView(OrderView):
    """Actions on an order by its own address. Every action answers with its row."""


def _acts(name: str, label: str):
    """The operation `orders/{id}/{name}/`."""
    takes = shapes.INPUTS.get(name, shapes.ReasonInput)

    def act(self, request, pk: int):
        values = self.body(takes)
        words = _words_of(values)
        made = actions.perform(name, order=pk, by=request.user, words=words, **values)
        row = self.find(queries.with_details(queries.visible_to(self.viewer)), made.pk)
        return 200, shapes.OrderActionShape(row, context=self.get_serializer_context()).data

    act.__name__ = name
    act.__doc__ = f"{label}, with the reason. 409 `illegal_move` says why this is not possible now."
    return writes(f"orders_{name}", label, takes, shapes.OrderActionShape)(write(act))


for _name, _label in SupportOrderManagement.Action.choices:
    setattr(OrderActionView, _name, _acts(_name, _label))
