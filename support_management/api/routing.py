"""`routing/preview/`, `reassignments/`, and the routing decisions of tickets and disputes."""

from django.db.models import QuerySet
from rest_framework.response import Response

from support_management.api.base import SupportViewSet
from support_management.api.filters import ReassignmentFilter
from support_management.api.operation_docs import ID, query, reads
from support_management.api.permissions import IsDesk
from support_management.api.serializers import routing as shapes
from support_management.disputes import queries as disputes
from support_management.routing import queries
from support_management.routing.dispatch import auto_assign
from support_management.routing.models import AssignmentDecision, ReassignmentLog
from support_management.routing.record import decisions
from support_management.tickets import queries as tickets

WORK = [query("ticket", "Id of the item.", ID), query("dispute", "Id of the item.", ID)]


class RoutingView(SupportViewSet):
    """Routing preview: the agent who would be assigned now."""

    queryset = AssignmentDecision.objects.none()
    permission_classes = [IsDesk]
    pagination_class = None
    query_names = {"preview": ("ticket", "dispute")}

    @reads("routing_preview", "Preview the routing decision", shapes.RoutingPreviewShape, parameters=WORK, one=True)
    def preview(self, request):
        """Who would be assigned this ticket or dispute now, and why the others would not. Send one of both."""
        query = self.query(shapes.PreviewQuery)
        visible = tickets.visible_to if query["kind"] == "ticket" else disputes.visible_to
        decision = auto_assign.preview(self.find(visible(self.viewer), query["pk"]))
        since = decisions.absence_of_refused([decision])
        preview = shapes.preview(decision, since, for_lead=self.viewer.is_lead)
        return Response(shapes.RoutingPreviewShape(preview).data)


class DecisionView(SupportViewSet):
    """Routing decisions about a ticket, newest first."""

    serializer_class = shapes.DecisionShape
    permission_classes = [IsDesk]
    queryset = AssignmentDecision.objects.none()

    @reads("tickets_decisions", "Get the last routing decision", shapes.DecisionShape(many=True), one=True)
    def list(self, request, pk: int):
        """Why this ticket was or was not assigned to somebody, newest first."""
        return self.rows(decisions.of_work(self.find(self.visible(), pk)))

    def visible(self) -> QuerySet:
        return tickets.visible_to(self.viewer)


class DisputeDecisionView(DecisionView):
    """Routing decisions about a dispute, newest first."""

    @reads("disputes_decisions", "Get the last routing decision", shapes.DecisionShape(many=True), one=True)
    def list(self, request, pk: int):
        """Why this dispute was or was not assigned to somebody, newest first."""
        return super().list(request, pk)

    def visible(self) -> QuerySet:
        return disputes.visible_to(self.viewer)


class ReassignmentView(SupportViewSet):
    """Assignment history: leads see all changes, agents those that concern them."""

    serializer_class = shapes.ReassignmentShape
    permission_classes = [IsDesk]
    filterset_class = ReassignmentFilter
    queryset = ReassignmentLog.objects.none()

    @reads("reassignments_list", "List the assignment history", shapes.ReassignmentShape(many=True))
    def list(self, request):
        """Every change of an assignee, newest first: leads see all, agents those that concern them."""
        rows = queries.visible_to(self.viewer)
        if "cause" in self.filters_given() and not self.viewer.is_lead:
            rows = rows.exclude(cause__in=ReassignmentLog.PERSONAL)
        return self.rows(queries.for_rows(rows))
