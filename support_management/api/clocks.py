"""`sla/clocks/`: SLA clocks of work visible to the caller, their history and extensions."""

from django.db.models import QuerySet

from support_management.api.base import SupportViewSet, write
from support_management.api.filters import ClockFilter
from support_management.api.operation_docs import reads, writes
from support_management.api.permissions import IsDesk
from support_management.api.serializers import clocks as shapes
from support_management.sla import queries
from support_management.sla.lifecycle import extension
from support_management.sla.models import OrderDisputeSLA, SLAEvent


class ClockView(SupportViewSet):
    """SLA clocks in all states, including completed ones."""

    serializer_class = shapes.SLAClockShape
    permission_classes = [IsDesk]
    filterset_class = ClockFilter
    queryset = OrderDisputeSLA.objects.none()
    orderings = {
        "-id": ("-id",),
        "id": ("id",),
        "due_at": ("due_at", "id"),
        "-due_at": ("-due_at", "-id"),
    }

    @reads("sla_clocks_list", "List SLA clocks", shapes.SLAClockShape(many=True))
    def list(self, request):
        """Clocks of listed work, in all states, completed ones included.

        With `object_id` or `assignee` those of all work the caller may see.
        """
        return self.rows(queries.with_work(queries.in_list(self.viewer, self.filters_given())))

    @reads("sla_clocks_read", "Get an SLA clock", shapes.SLAClockShape, one=True)
    def retrieve(self, request, pk: int):
        """One clock."""
        return self.respond(self.find(self.visible(), pk))

    @writes("sla_clocks_extend", "Extend an SLA clock", shapes.ExtendInput, shapes.SLAClockShape)
    @write
    def extend(self, request, pk: int):
        """Give an open target that is not breached more business time. For leads."""
        extension.extend(clock=pk, by=request.user, **self.body(shapes.ExtendInput))
        return 200, self.shape(self.find(self.visible(), pk))

    def visible(self) -> QuerySet[OrderDisputeSLA]:
        return queries.with_work(queries.visible_to(self.viewer))

    def shape(self, row, *, many: bool = False):
        shapes.with_elapsed(row if many else [row])
        return super().shape(row, many=many)


class ClockHistoryView(SupportViewSet):
    """Events of an SLA clock, oldest first."""

    serializer_class = shapes.SLAEventShape
    permission_classes = [IsDesk]
    queryset = SLAEvent.objects.none()
    orderings = {"id": ("id",), "-id": ("-id",)}

    @reads("sla_clocks_history", "List events of an SLA clock", shapes.SLAEventShape(many=True), one=True)
    def list(self, request, pk: int):
        """Everything that happened to a clock, oldest first: start, pauses, warnings, breach, end."""
        self.find(queries.visible_to(self.viewer), pk)
        return self.rows(queries.history_of(pk))
