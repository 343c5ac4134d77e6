"""`support-profiles/` and `workload-tracker/`: leads see all agents, agents themselves; admins update profiles."""

from rest_framework.permissions import BasePermission

from support_management.api.base import SupportViewSet, write
from support_management.api.filters import LoadFilter, ProfileFilter
from support_management.api.operation_docs import reads, writes
from support_management.api.permissions import IsAdmin, IsDesk
from support_management.api.serializers.people import LoadShape, ProfileShape, SeatInput
from support_management.people import agent_settings, profiles
from support_management.people.models import SupportProfile, SupportWorkloadTracker


class ProfileView(SupportViewSet):
    """Agents: who they are, their capacity, skills and load."""

    http_method_names = ["get", "head", "patch"]
    serializer_class = ProfileShape
    filterset_class = ProfileFilter
    queryset = SupportProfile.objects.none()
    orderings = {"id": ("id",), "-id": ("-id",)}

    def get_permissions(self) -> list[BasePermission]:
        return [IsAdmin() if self.action == "partial_update" else IsDesk()]

    @reads("profiles_list", "List agents", ProfileShape(many=True))
    def list(self, request):
        """Agents the caller may see: leads all, agents themselves."""
        return self.rows(self.visible())

    @reads("profiles_read", "Get an agent", ProfileShape, one=True)
    def retrieve(self, request, pk: int):
        """One agent: capacity, skills, shift, websites and load."""
        return self.respond(self.find(self.visible(), pk))

    @writes("profiles_change", "Update an agent's capacity, skills and shift", SeatInput, ProfileShape)
    @write
    def partial_update(self, request, pk: int):
        """Set capacity, websites, skills or shift of an agent. `skills` replaces all of them."""
        agent_settings.change(profile=pk, by=request.user, **self.body(SeatInput))
        return 200, self.shape(self.find(self.visible(), pk))

    def visible(self):
        return profiles.visible_to(self.viewer)


class LoadView(SupportViewSet):
    """Workload of agents: current load and lifetime totals."""

    serializer_class = LoadShape
    filterset_class = LoadFilter
    queryset = SupportWorkloadTracker.objects.none()
    orderings = {"id": ("id",), "-id": ("-id",)}

    @reads("workload_list", "List workloads", LoadShape(many=True))
    def list(self, request):
        """Load of the agents the caller may see: leads all, agents themselves."""
        return self.rows(profiles.loads_visible_to(self.viewer))

    @reads("workload_read", "Get a workload", LoadShape, one=True)
    def retrieve(self, request, pk: int):
        """Load and lifetime totals of one agent."""
        return self.respond(self.find(profiles.loads_visible_to(self.viewer), pk))
