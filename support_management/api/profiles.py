"""`support-profiles/`: leads see the team, agents themselves."""

from support_management.api.base import DeskView
from support_management.api.docs import reads
from support_management.api.filters import ProfileFilter
from support_management.api.shapes.people import ProfileShape
from support_management.people import profiles
from support_management.people.models import SupportProfile


class ProfileView(DeskView):
    """Agents: who they are, their capacity and load."""

    serializer_class = ProfileShape
    filterset_class = ProfileFilter
    queryset = SupportProfile.objects.none()
    orderings = {"id": ("id",), "-id": ("-id",)}

    @reads("profiles_list", "List agents", ProfileShape(many=True))
    def list(self, request):
        return self.rows(profiles.visible_to(self.viewer))

    @reads("profiles_read", "Read an agent", ProfileShape, one=True)
    def retrieve(self, request, pk: int):
        return self.answer(self.one(profiles.visible_to(self.viewer), pk))
