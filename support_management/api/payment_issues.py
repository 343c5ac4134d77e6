"""`payment-issues/`: log, list, read, change, assign, escalate and resolve, with contacts and retries as steps."""

from django.db.models import QuerySet
from rest_framework.response import Response

from support_management.api.base import SupportViewSet, write
from support_management.api.operation_docs import reads, writes
from support_management.api.payment_issue_filters import PaymentIssueFilter
from support_management.api.permissions import IsDesk
from support_management.api.serializers import payment_issues as shapes
from support_management.payment_issues import actions, intake, listing, queries, steps
from support_management.payment_issues.models import PaymentIssueLog, PaymentIssueStep
from support_management.people import lookup


class PaymentIssueView(SupportViewSet):
    """Payment issues of orders the caller has access to. Every action returns the updated issue."""

    http_method_names = ["get", "head", "post", "patch"]
    permission_classes = (IsDesk,)
    serializer_class = shapes.PaymentIssueShape
    filterset_class = PaymentIssueFilter
    queryset = PaymentIssueLog.objects.none()
    orderings = {
        "-id": ("-id",),
        "id": ("id",),
        "-updated_at": ("-updated_at", "-id"),
        "updated_at": ("updated_at", "id"),
        "due": ("next_due_at", "id"),
    }

    @reads("payment-issues_list", "List payment issues", shapes.PaymentIssueShape(many=True))
    def list(self, request):
        """Payment issues of the caller's websites; leads see all."""
        return self.rows(self.visible())

    @writes(
        "payment-issues_create",
        "Log a payment issue",
        shapes.PaymentIssueInput,
        shapes.PaymentIssueShape,
        status=201,
    )
    @write
    def create(self, request):
        """Log an issue of an order: one open issue per type. What is left out of the amounts is what the order says."""
        values = self.body(shapes.PaymentIssueInput)
        return 201, self._changed(intake.log_issue(by=request.user, **values))

    @reads("payment-issues_read", "Get a payment issue", shapes.PaymentIssueShape, one=True)
    def retrieve(self, request, pk: int):
        """One payment issue with its clock."""
        return self.respond(self.find(self.visible(), pk))

    @writes("payment-issues_change", "Update a payment issue", shapes.PaymentIssueChangeInput, shapes.PaymentIssueShape)
    @write
    def partial_update(self, request, pk: int):
        """Change description, priority or external deadline of an open issue."""
        values = self.body(shapes.PaymentIssueChangeInput)
        return 200, self._changed(actions.change(issue=pk, by=request.user, **values))

    @writes("payment-issues_assign", "Assign a payment issue", shapes.PaymentIssueAssignInput, shapes.PaymentIssueShape)
    @write
    def assign(self, request, pk: int):
        """Give the issue an owner, or none with null."""
        values = self.body(shapes.PaymentIssueAssignInput)
        to = lookup.agent(values.pop("assignee"))
        return 200, self._changed(actions.assign(issue=pk, to=to, by=request.user, **values))

    @writes(
        "payment-issues_escalate",
        "Escalate a payment issue",
        shapes.EscalateIssueInput,
        shapes.EscalatedIssueShape,
    )
    @write
    def escalate_issue(self, request, pk: int):
        """Put the issue before an admin, never the caller. Without another admin `escalated_to` is null."""
        values = self.body(shapes.EscalateIssueInput)
        to = lookup.agent(values.pop("escalated_to", None))
        row = actions.escalate(issue=pk, to=to, by=request.user, **values)
        who = f"to {row.escalated_to}" if row.escalated_to else "without an admin to decide it"
        return 200, {"message": f"{row.number} was escalated {who}."} | self._changed(row)

    @writes("payment-issues_resolve", "Resolve a payment issue", shapes.ResolveIssueInput, shapes.PaymentIssueShape)
    @write
    def resolve(self, request, pk: int):
        """Resolve the issue with notes, and how much goes back. 409 `too_much` says what is left."""
        return 200, self._changed(actions.resolve(issue=pk, by=request.user, **self.body(shapes.ResolveIssueInput)))

    @reads("payment-issues_totals", "Totals of open payment issues", shapes.PaymentTotalsShape)
    def totals(self, request):
        """What open issues are about, by type and currency."""
        shape = shapes.PaymentTotalsShape({"totals": listing.totals(self.viewer)})
        return Response(shape.data)

    def visible(self) -> QuerySet[PaymentIssueLog]:
        return shapes.with_shape(queries.visible_to(self.viewer))

    def _changed(self, row: PaymentIssueLog) -> dict:
        return self.shape(shapes.as_it_is(row.pk))


class PaymentStepView(SupportViewSet):
    """Contacts and retries of a payment issue, newest first."""

    permission_classes = (IsDesk,)
    serializer_class = shapes.PaymentStepShape
    queryset = PaymentIssueStep.objects.none()
    orderings = {"-id": ("-id",), "id": ("id",)}

    @reads("payment-issues_steps", "List steps of a payment issue", shapes.PaymentStepShape(many=True), one=True)
    def list(self, request, pk: int):
        """What was done about the issue, and when the next step was due."""
        return self.rows(queries.steps_of(self.find(queries.visible_to(self.viewer), pk).pk))

    @writes(
        "payment-issues_step",
        "Record a contact or a retry",
        shapes.PaymentStepInput,
        shapes.PaymentStepShape,
        status=201,
    )
    @write
    def create(self, request, pk: int):
        """Record what was done about an open issue. Its `next_step_at` becomes that of the issue."""
        step = steps.record(issue=pk, by=request.user, **self.body(shapes.PaymentStepInput))
        return 201, self.shape(step)

    def visible(self) -> QuerySet[PaymentIssueLog]:
        """For the answer to a conflict: the issue, not its steps."""
        return shapes.with_shape(queries.visible_to(self.viewer))

    def current(self, conflict):
        row = self.visible().filter(pk=self.kwargs["pk"]).first()
        return shapes.PaymentIssueShape(row, context=self.get_serializer_context()).data if row else None
