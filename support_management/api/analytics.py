"""`dashboard/analytics/`: figures over time. Leads get those of the whole team, agents their own."""

from rest_framework.response import Response

from support_management.analytics import compliance
from support_management.analytics.compliance import BY
from support_management.analytics.periods import PER
from support_management.api.base import SupportViewSet
from support_management.api.operation_docs import DAY, query, reads, words
from support_management.api.serializers import analytics as shapes
from support_management.core.time import now, zone
from support_management.sla.models import OrderDisputeSLA

QUERY_PARAMETERS = [
    query("since", "First day, like 2026-11-01, in the caller's time zone. By default 30 days back.", DAY),
    query("until", "Last day, inclusive. By default today.", DAY),
    query("per", "Interval.", words(*PER)),
    query("by", "What to group by.", words(*BY)),
]


class AnalyticsView(SupportViewSet):
    """SLA compliance in a period."""

    queryset = OrderDisputeSLA.objects.none()
    pagination_class = None
    query_names = {"sla": ("since", "until", "per", "by")}

    @reads("dashboard_analytics_sla", "Get SLA compliance", shapes.ComplianceShape, parameters=QUERY_PARAMETERS)
    def sla(self, request):
        """SLA compliance in a period with the period before it, in steps and groups. Agents see their own."""
        context = self.get_serializer_context() | {"zone": zone(request.user.time_zone), "moment": now()}
        query_input = shapes.ComplianceInput(data=request.query_params.dict(), context=context)
        query_input.is_valid(raise_exception=True)
        agent = None if self.viewer.is_lead else request.user
        report = compliance.of(query_input.period(), by=query_input.validated_data["by"], agent=agent)
        return Response(shapes.ComplianceShape(report).data)
