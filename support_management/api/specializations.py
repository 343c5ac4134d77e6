"""`specializations/`: support staff read, admins write."""

from typing import cast

from django.db.models import QuerySet
from rest_framework.permissions import BasePermission

from support_management.api.base import SupportViewSet, write
from support_management.api.fields import VersionInput
from support_management.api.operation_docs import reads, writes
from support_management.api.permissions import IsAdmin, IsDesk
from support_management.api.serializers import people as shapes
from support_management.people.models import User
from support_management.people.skills import editing, queries
from support_management.people.skills.models import Specialization


class SpecializationView(SupportViewSet):
    """Skills that routing can require."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    serializer_class = shapes.SpecializationShape
    queryset = Specialization.objects.none()
    orderings = {"position": ("position", "id"), "id": ("id",), "-id": ("-id",)}

    def get_permissions(self) -> list[BasePermission]:
        return [IsDesk() if self.action in ("list", "retrieve") else IsAdmin()]

    @reads("specializations_list", "List skills", shapes.SpecializationShape(many=True))
    def list(self, request):
        """All skills, in order."""
        return self.rows(self.visible())

    @writes(
        "specializations_create",
        "Create a skill",
        shapes.SpecializationInput,
        shapes.SpecializationShape,
        status=201,
        one=False,
    )
    @write
    def create(self, request):
        """A skill that agents can have and skill rules can require."""
        return 201, self.shape(editing.create(by=request.user, **self.body(shapes.SpecializationInput)))

    @reads("specializations_read", "Get a skill", shapes.SpecializationShape, one=True)
    def retrieve(self, request, pk: int):
        """One skill."""
        return self.respond(self.find(self.visible(), pk))

    @writes("specializations_replace", "Replace a skill", shapes.SpecializationReplaceInput, shapes.SpecializationShape)
    @write
    def update(self, request, pk: int):
        """Write slug, name and position of a skill."""
        return self._changed(pk, self.body(shapes.SpecializationReplaceInput))

    @writes(
        "specializations_change",
        "Update a skill",
        shapes.SpecializationChangeInput,
        shapes.SpecializationShape,
    )
    @write
    def partial_update(self, request, pk: int):
        """Write the fields that are sent."""
        return self._changed(pk, self.body(shapes.SpecializationChangeInput))

    @writes("specializations_delete", "Delete an unused skill", VersionInput, None, status=204)
    @write
    def destroy(self, request, pk: int):
        """Only a skill that no agent has and no rule requires."""
        editing.delete(specialization=pk, by=request.user, **self.body(VersionInput))
        return 204, None

    def visible(self) -> QuerySet[Specialization]:
        return queries.all_skills()

    def _changed(self, pk: int, changes: dict) -> tuple[int, dict]:
        by = cast("User", self.request.user)
        return 200, self.shape(editing.change(specialization=pk, by=by, **changes))
