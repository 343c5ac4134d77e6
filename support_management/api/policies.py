"""`sla/policies/`: admins write, leads read and test which one applies."""

from typing import cast

from django.db.models import QuerySet
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

from support_management.api.base import SupportViewSet, write
from support_management.api.fields import VersionInput
from support_management.api.operation_docs import ID, query, reads, words, writes
from support_management.api.permissions import IsAdmin, IsLead
from support_management.api.serializers import policies as shapes
from support_management.people.models import User
from support_management.sla import policy_editing
from support_management.sla.models import SLAPolicy, WorkKind
from support_management.sla.policy import explain
from support_management.sla.policy_editing import FOLLOW, KEEP

WORK = [query(kind, f"Id of the {label.lower()}.", ID) for kind, label in WorkKind.choices]
RUNNING = [query("running", "Whether open clocks follow; a value in the body takes precedence.", words(KEEP, FOLLOW))]


class PolicyView(SupportViewSet):
    """SLA policies in the order in which they are checked."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    serializer_class = shapes.PolicyShape
    queryset = SLAPolicy.objects.none()
    orderings = {"position": ("position", "id"), "id": ("id",), "-id": ("-id",)}
    query_names = {
        "match": tuple(WorkKind.values),
        **dict.fromkeys(("create", "update", "partial_update"), ("running",)),
    }
    for_leads = ("list", "retrieve", "match")

    def get_permissions(self) -> list[BasePermission]:
        return [IsLead() if self.action in self.for_leads else IsAdmin()]

    @reads("sla_policies_list", "List policies", shapes.PolicyShape(many=True))
    def list(self, request):
        """All policies, in the order in which they are checked."""
        return self.rows(self.visible())

    @writes(
        "sla_policies_create",
        "Create a policy",
        shapes.PolicyInput,
        shapes.PolicyShape,
        status=201,
        one=False,
        parameters=RUNNING,
    )
    @write
    def create(self, request):
        """A policy at `position`, or last. `running` says whether open clocks of matching work follow it."""
        values, options = self._policy_input(shapes.PolicyInput)
        return 201, self.shape(policy_editing.create(by=request.user, values=values, **options))

    @reads("sla_policies_read", "Get a policy", shapes.PolicyShape, one=True)
    def retrieve(self, request, pk: int):
        """One policy."""
        return self.respond(self.find(self.visible(), pk))

    @writes(
        "sla_policies_replace",
        "Replace a policy",
        shapes.PolicyReplaceInput,
        shapes.PolicyShape,
        parameters=RUNNING,
    )
    @write
    def update(self, request, pk: int):
        """Write all fields; what is left out gets its default. Makes a version."""
        return self._changed(pk, shapes.PolicyReplaceInput)

    @writes(
        "sla_policies_change",
        "Update a policy",
        shapes.PolicyChangeInput,
        shapes.PolicyShape,
        parameters=RUNNING,
    )
    @write
    def partial_update(self, request, pk: int):
        """Write the fields that are sent. Makes a version; `running` says whether open clocks follow it."""
        return self._changed(pk, shapes.PolicyChangeInput)

    @writes("sla_policies_delete", "Delete an unused policy", VersionInput, None, status=204)
    @write
    def destroy(self, request, pk: int):
        """Only a policy that no clock ran under and nobody changed: history is kept (409). Deactivate others."""
        policy_editing.delete(policy=pk, by=request.user, **self.body(VersionInput))
        return 204, None

    @reads("sla_policies_match", "Test which policy applies", shapes.MatchShape, parameters=WORK, one=True)
    def match(self, request):
        """Which policy applies to a piece of work, and which condition failed in those before it."""
        query = self.query(shapes.MatchQuery)
        match = explain.match(query["kind"], query["pk"], seen_by=self.viewer)
        return Response(shapes.MatchShape(match, context=self.get_serializer_context()).data)

    def visible(self) -> QuerySet[SLAPolicy]:
        return SLAPolicy.objects.all()

    def _changed(self, pk: int, input_class) -> tuple[int, dict]:
        values, options = self._policy_input(input_class)
        by = cast("User", self.request.user)
        return 200, self.shape(policy_editing.change(policy=pk, by=by, values=values, **options))

    def _policy_input(self, input_class):
        return shapes.policy_input(self.query(shapes.RunningQuery) | self.body(input_class))
