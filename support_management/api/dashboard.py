"""`dashboard/`: the caller's own figures and boards. Read-only, except for recalculating figures."""

from dataclasses import asdict
from itertools import chain

from rest_framework.response import Response

from support_management.analytics import agent_performance, dashboards, order_attention
from support_management.api.base import SupportViewSet, write
from support_management.api.filter_docs import schema_of
from support_management.api.filters import OpenTicketFilter
from support_management.api.operation_docs import query, reads, writes
from support_management.api.pagination import MAX_PAGE, limit_of
from support_management.api.serializers import clocks
from support_management.api.serializers import dashboard as shapes
from support_management.api.serializers.tickets import complete
from support_management.sla import queries as sla
from support_management.tickets import queries
from support_management.tickets.lane_counts import LaneCounts
from support_management.tickets.models import Ticket

LANE_ROWS = 20
LIMIT = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}
OWN_FILTERS = [
    query(name, narrow.extra["help_text"], schema_of(narrow)) for name, narrow in OpenTicketFilter.base_filters.items()
]
OWN_TICKETS = [query("limit", "Rows at most.", LIMIT | {"default": LANE_ROWS}), *OWN_FILTERS]
BREACHES = [query("limit", "Rows of each list at most.", LIMIT | {"default": MAX_PAGE})]


class DashboardView(SupportViewSet):
    """Figures and boards of the caller."""

    queryset = Ticket.objects.none()
    pagination_class = None
    filterset_class = OpenTicketFilter
    query_names = {"tickets": ("limit", "status", "priority"), "breaches": ("limit",)}

    @reads("dashboard_figures", "Get own figures", shapes.FiguresShape)
    def figures(self, request):
        """The caller's own figures, as last counted."""
        return Response(self._shown(shapes.FiguresShape, dashboards.of(request.user)))

    @writes("dashboard_refresh", "Recalculate own figures", shapes.NothingInput, shapes.FiguresShape, one=False)
    @write
    def refresh(self, request):
        """Count the caller's own figures again."""
        self.body(shapes.NothingInput)
        figures = dashboards.recalculate(request.user.pk) or dashboards.of(request.user)
        return 200, self._shown(shapes.FiguresShape, figures)

    @reads("dashboard_tickets", "List open work, own first", shapes.OwnTicketsShape, parameters=OWN_TICKETS)
    def tickets(self, request):
        """Open tickets in work order, those assigned to the caller first, with the totals."""
        limit = limit_of(request.query_params.get("limit"), LANE_ROWS)
        rows = complete(queries.own_first(self.viewer, narrow=self.filter_queryset, limit=limit))
        board = {"tickets": rows, "count": len(rows), **queries.open_totals(self.viewer)}
        return Response(self._shown(shapes.OwnTicketsShape, board))

    @reads("dashboard_queue", "Get the lanes of the queue board", shapes.QueueShape)
    def queue(self, request):
        """Up to 20 tickets of each lane of the queue board in work order, with the number in each lane."""
        lanes = {slug: list(queries.for_rows(queries.lane(slug, self.viewer))[:LANE_ROWS]) for slug in queries.LANES}
        complete(list(chain.from_iterable(lanes.values())))
        summaries = LaneCounts().of(self.viewer)
        names = {slug: "my_assigned" if slug == "mine" else slug for slug in lanes}
        board = {f"{names[slug]}_tickets": rows for slug, rows in lanes.items()}
        counts = {names[slug]: summaries[slug].total for slug in lanes}
        return Response(self._shown(shapes.QueueShape, board | {"counts": counts}))

    @reads("dashboard_orders", "List orders that need attention", shapes.OrderAttentionShape)
    def orders(self, request):
        """Disputed orders, orders with payment issues, refunds that the shop has not confirmed, orders with tickets."""
        return Response(self._shown(shapes.OrderAttentionShape, order_attention.of(self.viewer)))

    @reads("dashboard_workload", "Get own load and figures", shapes.WorkloadShape)
    def workload(self, request):
        """The caller's load and lifetime figures."""
        figures = asdict(agent_performance.of(request.user)) | {
            "workload_tracker": agent_performance.tracker_of(request.user)
        }
        return Response(self._shown(shapes.WorkloadShape, figures))

    @reads("dashboard_breaches", "List breached and upcoming SLA targets", clocks.BreachesShape, parameters=BREACHES)
    def breaches(self, request):
        """Open targets that are breached, and those due next, of work the caller may see."""
        breaches = sla.breaches(self.viewer)
        limit = limit_of(request.query_params.get("limit"), MAX_PAGE)
        late, soon = list(breaches[:limit]), list(sla.upcoming(self.viewer)[:limit])
        clocks.with_elapsed(late + soon)
        board = {"breaches": late, "upcoming": soon, "count": breaches.count()}
        return Response(self._shown(clocks.BreachesShape, board))

    def _shown(self, shape, values) -> dict:
        return shape(values, context=self.get_serializer_context()).data
