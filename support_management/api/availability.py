"""`availability/`: status of agents. Leads see and set all, agents their own."""

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound

from support_management.api import problems
from support_management.api.base import SupportViewSet, write
from support_management.api.operation_docs import reads, writes
from support_management.api.serializers import availability as shapes
from support_management.core.errors import Conflict
from support_management.people.availability import queries, service
from support_management.people.availability.models import AvailabilityInterval
from support_management.people.models import SupportAvailability
from support_management.routing.transfer import sign_off


class AvailabilityView(SupportViewSet):
    """Agents by the id of their user; `me` is the caller."""

    http_method_names = ["get", "head", "put"]
    serializer_class = shapes.AvailabilityStateShape
    queryset = SupportAvailability.objects.none()
    orderings = {"agent": ("user_id",), "-agent": ("-user_id",)}

    @reads("availability_list", "List availability", shapes.AvailabilityStateShape(many=True))
    def list(self, request):
        """Who is available and who is not, as far as the caller may see: leads all agents, agents themselves."""
        return self.rows(self.visible())

    @reads("availability_read", "Get an agent's availability", shapes.AvailabilityStateShape, one=True)
    def retrieve(self, request, pk: int):
        """One agent by the id of their user: status, whether work is assigned to them now, and if not, why."""
        return self.respond(self._of(pk))

    @reads("availability_read_own", "Get own availability", shapes.AvailabilityStateShape, one=True)
    def own(self, request):
        """The caller's own status. 404 for callers who are not agents."""
        return self.respond(self._of(request.user.pk))

    @writes(
        "availability_set",
        "Set an agent's status, pause or resume assignment",
        shapes.AvailabilityInput,
        shapes.AvailabilityStateShape,
    )
    @write
    def update(self, request, pk: int):
        """Set the status for the agent, or pause and resume assignment. Pausing is for leads."""
        self._of(pk)
        values = self.body(shapes.AvailabilityInput)
        if "paused" in values:
            service.pause(user=pk, paused=values["paused"], by=request.user)
        if "status" in values:
            service.set_status(user=pk, says=values["status"], by=request.user)
        return 200, self.shape(self._of(pk))

    @writes("availability_set_own", "Set own status", shapes.OwnAvailabilityInput, shapes.AvailabilityStateShape)
    @write
    def say(self, request):
        """Set the caller's own status; `return_work` unassigns their open work first."""
        self._of(request.user.pk)
        values = self.body(shapes.OwnAvailabilityInput)
        service.set_status(user=request.user.pk, says=values["status"], by=request.user)
        if values["return_work"]:
            sign_off.return_work(request.user.pk, request.user)
        return 200, self.shape(self._of(request.user.pk))

    def visible(self) -> QuerySet[SupportAvailability]:
        return queries.visible_to(self.viewer)

    def paginate_queryset(self, queryset):
        return queries.with_prospects(super().paginate_queryset(queryset) or ())

    def current(self, conflict: Conflict) -> dict | None:
        return None  # availability has no versions to compare

    def _of(self, user_id: int) -> SupportAvailability:
        rows = queries.with_prospects(queries.of(self.viewer, user_id))
        if not rows:
            raise NotFound(problems.NOT_FOUND)
        return rows[0]


class HistoryView(SupportViewSet):
    """Past availability, newest first."""

    http_method_names = ["get", "head"]
    serializer_class = shapes.IntervalShape
    queryset = AvailabilityInterval.objects.none()

    @reads("availability_history", "Get an agent's availability history", shapes.IntervalShape(many=True), one=True)
    def list(self, request, pk: int):
        """Each period without a change, newest first, with its cause. Leads see all agents, others themselves."""
        return self._of(pk)

    def _of(self, user_id: int):
        if not queries.of(self.viewer, user_id).exists():
            raise NotFound(problems.NOT_FOUND)
        return self.rows(queries.intervals(user_id))


class OwnHistoryView(HistoryView):
    """The caller's own availability, newest first."""

    @reads("availability_history_own", "Get own availability history", shapes.IntervalShape(many=True), one=True)
    def list(self, request):
        """Each period without a change of the caller's own status, newest first, with its cause."""
        return self._of(request.user.pk)
