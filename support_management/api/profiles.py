"""`support-profiles/` and `workload-tracker/`: leads see the team, agents themselves; admins say who can carry what."""

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
        return self.rows(self.visible())

    @reads("profiles_read", "Read an agent", ProfileShape, one=True)
    def retrieve(self, request, pk: int):
        return self.answer(self.one(self.visible(), pk))

    @writes("profiles_change", "Say what an agent can carry", SeatInput, ProfileShape)
    @write
    def partial_update(self, request, pk: int):
        agent_settings.change(profile=pk, by=request.user, **self.facts(SeatInput))
        return 200, self.shape(self.one(self.visible(), pk))

    def visible(self):
        return profiles.visible_to(self.viewer)


class LoadView(SupportViewSet):
    """What agents carry now, and what they did in all."""

    serializer_class = LoadShape
    filterset_class = LoadFilter
    queryset = SupportWorkloadTracker.objects.none()
    orderings = {"id": ("id",), "-id": ("-id",)}

    @reads("workload_list", "List loads", LoadShape(many=True))
    def list(self, request):
        return self.rows(profiles.loads_visible_to(self.viewer))

    @reads("workload_read", "Read a load", LoadShape, one=True)
    def retrieve(self, request, pk: int):
        return self.answer(self.one(profiles.loads_visible_to(self.viewer), pk))
