"""`money-effects/`: what was decided, for the shop, which carries it out and confirms; the desk reads."""

from django.db.models import QuerySet
from rest_framework.permissions import BasePermission

from support_management.api.base import SupportViewSet, write
from support_management.api.filters import MoneyEffectFilter
from support_management.api.operation_docs import reads, writes
from support_management.api.permissions import IsDeskOrShop, IsShop
from support_management.api.serializers import money_effects as shapes
from support_management.orders.money import queries, shop_reports
from support_management.orders.money.models import MoneyEffect
from support_management.orders.shop.caller import ShopCaller
from support_management.orders.shop.models import ShopEndpoint


class MoneyEffectView(SupportViewSet):
    """Money effects of the shop's website, or of the orders that the caller may see."""

    serializer_class = shapes.MoneyEffectShape
    filterset_class = MoneyEffectFilter
    queryset = MoneyEffect.objects.none()
    orderings = {
        "-id": ("-id",),
        "id": ("id",),
        "-updated_at": ("-updated_at", "-id"),
        "updated_at": ("updated_at", "id"),
    }

    def get_permissions(self) -> list[BasePermission]:
        return [IsDeskOrShop() if self.action in ("list", "retrieve") else IsShop()]

    @reads("money_effects_list", "List money effects", shapes.MoneyEffectShape(many=True))
    def list(self, request):
        """What the shop has to carry out: `?state=decided`."""
        return self.rows(self.visible())

    @reads("money_effects_read", "Get a money effect", shapes.MoneyEffectShape, one=True)
    def retrieve(self, request, pk: int):
        """One money effect."""
        return self.respond(self.find(self.visible(), pk))

    @writes("money_effects_sent", "Mark a money effect as sent", shapes.SentInput, shapes.MoneyEffectShape)
    @write
    def sent(self, request, pk: int):
        """For shops: it was passed on to the payment provider. A second time nothing changes."""
        return self._done(shop_reports.mark_sent, pk, self.body(shapes.SentInput))

    @writes("money_effects_confirm", "Confirm a money effect", shapes.ConfirmInput, shapes.MoneyEffectShape)
    @write
    def confirm(self, request, pk: int):
        """For shops: the money has moved. A second time nothing changes."""
        return self._done(shop_reports.confirm, pk, self.body(shapes.ConfirmInput))

    @writes("money_effects_fail", "Report a failed money effect", shapes.FailInput, shapes.MoneyEffectShape)
    @write
    def fail(self, request, pk: int):
        """For shops: the money could not be moved, and may be decided about again. A second time nothing changes."""
        return self._done(shop_reports.fail, pk, self.body(shapes.FailInput))

    def visible(self) -> QuerySet[MoneyEffect]:
        endpoint = self._endpoint
        return queries.of_shop(endpoint) if endpoint else queries.visible_to(self.viewer)

    @property
    def _endpoint(self) -> ShopEndpoint | None:
        caller = self.request.user
        return caller.endpoint if isinstance(caller, ShopCaller) else None

    def _done(self, report, pk: int, values: dict) -> tuple[int, dict]:
        report(effect=pk, endpoint=self._endpoint, **values)
        return 200, self.shape(self.find(self.visible(), pk))
