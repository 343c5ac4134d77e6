"""`disputes/`: open, list, read, assign, change status and decide."""

from django.db.models import QuerySet
from rest_framework.permissions import BasePermission

from support_management.api.base import SupportViewSet, write
from support_management.api.filters import DisputeFilter
from support_management.api.operation_docs import reads, writes
from support_management.api.permissions import IsDesk, IsDeskOrParty
from support_management.api.serializers import disputes as shapes
from support_management.disputes import lifecycle, queries
from support_management.disputes.models import Dispute
from support_management.people import lookup


class DisputeView(SupportViewSet):
    """Disputes the caller has access to. Every action returns the updated dispute."""

    serializer_class = shapes.DisputeShape
    filterset_class = DisputeFilter
    queryset = Dispute.objects.none()
    orderings = {
        "-id": ("-id",),
        "id": ("id",),
        "-updated_at": ("-updated_at", "-id"),
        "updated_at": ("updated_at", "id"),
        "due": ("next_due_at", "id"),
    }
    party_orderings = {
        "-id": ("-id",),
        "id": ("id",),
        "-updated_at": ("-public_updated_at", "-id"),
        "updated_at": ("public_updated_at", "id"),
    }
    desk_query_names = frozenset({"priority"})
    for_parties = ("list", "create", "retrieve")
    field_names = {"amount": "amount_at_risk"}

    def get_permissions(self) -> list[BasePermission]:
        return [IsDeskOrParty() if self.action in self.for_parties else IsDesk()]

    @reads("disputes_list", "List disputes", shapes.DisputeShape(many=True))
    def list(self, request):
        """Disputes the caller may see: leads all, agents own and unassigned ones, parties those of their orders."""
        return self.rows(self.visible())

    @writes("disputes_create", "Open a dispute", shapes.DisputeInput, shapes.DisputeShape, status=201)
    @write
    def create(self, request):
        """Dispute an order that the caller may see. The order becomes `disputed`; it has one open dispute at most."""
        values = self.body(shapes.DisputeInput)
        values["amount"] = values.pop("amount_at_risk", None)
        return 201, self._changed(lifecycle.open_dispute(by=request.user, **values))

    @reads("disputes_read", "Get a dispute", shapes.DisputeShape, one=True)
    def retrieve(self, request, pk: int):
        """One dispute with its decision and its latest clocks."""
        return self.respond(self.find(self.visible(), pk))

    @writes("disputes_assign", "Assign a dispute", shapes.DisputeAssignInput, shapes.DisputeShape)
    @write
    def assign(self, request, pk: int):
        """Assign a dispute, or unassign it with null. Leads may exceed the agent's capacity."""
        values = self.body(shapes.DisputeAssignInput)
        to = lookup.agent(values.pop("assignee"))
        return 200, self._changed(lifecycle.assign(dispute=pk, to=to, by=request.user, **values))

    @writes("disputes_advance", "Change the status of a dispute", shapes.AdvanceInput, shapes.DisputeShape)
    @write
    def advance(self, request, pk: int):
        """Move an open dispute to another open status. Decisions are made by `resolve/`."""
        return 200, self._changed(lifecycle.advance(dispute=pk, by=request.user, **self.body(shapes.AdvanceInput)))

    @writes("disputes_resolve", "Decide a dispute", shapes.ResolveInput, shapes.DisputeShape)
    @write
    def resolve(self, request, pk: int):
        """Decide a dispute with its reason, and how much goes back to the client."""
        return 200, self._changed(lifecycle.resolve(dispute=pk, by=request.user, **self.body(shapes.ResolveInput)))

    def visible(self) -> QuerySet[Dispute]:
        return shapes.with_shape(queries.visible_to(self.viewer))

    def _changed(self, row: Dispute) -> dict:
        return self.shape(shapes.as_it_is(row.pk))
