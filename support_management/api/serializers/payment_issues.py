"""Input and output of payment issues."""

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from rest_framework import serializers

from support_management.api.fields import (
    AmountInput,
    AmountShape,
    IdentityOrName,
    IdField,
    InputSerializer,
    InstantField,
    PersonShape,
    StrictTextField,
    VersionInput,
)
from support_management.api.serializers.tickets import PRIORITIES, ClocksField
from support_management.payment_issues import queries
from support_management.payment_issues.actions import REASON_LIMIT
from support_management.payment_issues.failure_codes import LONGEST_CODE
from support_management.payment_issues.intake import NOTES_LIMIT
from support_management.payment_issues.models import PaymentIssueLog, PaymentIssueStep
from support_management.payment_issues.status import IssueType, Status
from support_management.payment_issues.steps import NOTE_LIMIT
from support_management.people.assignment_rules import REASON_LIMIT as ASSIGN_LIMIT
from support_management.sla import queries as sla

_CLOCKS = Prefetch("clocks", sla.unchecked().order_by("cycle"))


def with_shape(rows: QuerySet[PaymentIssueLog]) -> QuerySet[PaymentIssueLog]:
    """With the related rows that the shape shows: two queries for any number of rows."""
    return queries.with_people(rows).prefetch_related(_CLOCKS)


def as_it_is(pk: int) -> PaymentIssueLog:
    """The issue as it is now, for the response to a change."""
    row = queries.with_people(queries.unchecked()).get(pk=pk)
    prefetch_related_objects([row], _CLOCKS)
    return row


class PaymentIssueShape(serializers.Serializer):
    """A payment issue as it is now. Amounts are in the order's currency; `difference` is received minus expected.

    `amount` is what the issue is about: the difference, or what a client or bank claims back.
    """

    id = serializers.IntegerField()
    number = serializers.CharField()
    order = serializers.IntegerField(source="order_id")
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    reported_by = PersonShape(allow_null=True)
    issue_type = serializers.ChoiceField(choices=IssueType.choices)
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    expected_amount = AmountShape()
    received_amount = AmountShape()
    difference = AmountShape()
    amount = AmountShape()
    currency = serializers.CharField()
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")
    assignee = PersonShape(allow_null=True)
    escalated_to = PersonShape(allow_null=True)
    failure_code = serializers.CharField()
    failure = serializers.CharField(source="failure_name")
    external_deadline = InstantField(allow_null=True)
    next_step_at = InstantField(allow_null=True)
    resolution_notes = serializers.CharField()
    resolved_by = PersonShape(allow_null=True)
    version = serializers.IntegerField()
    reported_at = InstantField()
    updated_at = InstantField()
    resolved_at = InstantField(allow_null=True)
    sla = ClocksField()


class EscalatedIssueShape(PaymentIssueShape):
    """The issue, with a sentence on what happened."""

    message = serializers.CharField()


class PaymentStepShape(serializers.Serializer):
    """A contact with the client or a retry of the payment."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=PaymentIssueStep.Kind.choices)
    outcome = serializers.ChoiceField(choices=PaymentIssueStep.Outcome.choices)
    failure_code = serializers.CharField()
    failure = serializers.CharField(source="failure_name")
    note = serializers.CharField()
    next_step_at = InstantField(allow_null=True)
    by = PersonShape(allow_null=True)
    at = InstantField()


class PaymentTotalShape(serializers.Serializer):
    """Open issues of one type in one currency."""

    issue_type = serializers.ChoiceField(choices=IssueType.choices)
    currency = serializers.CharField()
    count = serializers.IntegerField()
    amount = AmountShape()


class PaymentTotalsShape(serializers.Serializer):
    """Exact totals of open issues, by type and currency."""

    totals = PaymentTotalShape(many=True)


class PaymentIssueInput(InputSerializer):
    """A new issue. Amounts that are left out are those of the order.

    `amount` only for a refund request or a chargeback: what is claimed back.
    """

    example = {"order": 17, "issue_type": "overpayment", "received_amount": "240.00", "description": "Charged twice."}

    order = IdField()
    issue_type = serializers.ChoiceField(choices=IssueType.choices)
    description = StrictTextField(required=False, max_length=NOTES_LIMIT)
    expected_amount = AmountInput(required=False, allow_null=True)
    received_amount = AmountInput(required=False, allow_null=True)
    amount = AmountInput(required=False, allow_null=True)
    failure_code = StrictTextField(required=False, max_length=LONGEST_CODE)
    external_deadline = InstantField(required=False, allow_null=True)
    ticket = IdField(required=False, allow_null=True)


class PaymentIssueChangeInput(VersionInput):
    """What is said of an issue; only what is sent is changed."""

    example = {"description": "The bank asks for the invoice.", "priority": "high"}

    description = StrictTextField(required=False, max_length=NOTES_LIMIT)
    priority = serializers.ChoiceField(choices=PRIORITIES, required=False)
    external_deadline = InstantField(required=False, allow_null=True)


class PaymentIssueAssignInput(VersionInput):
    """The new owner: a user id, a username, or null for none. Agents hand over their own with a reason."""

    example = {"assignee": "agent1", "reason": "knows this shop"}

    assignee = IdentityOrName(allow_null=True)
    reason = StrictTextField(required=False, max_length=ASSIGN_LIMIT)


class EscalateIssueInput(VersionInput):
    """Why, and to which admin; without one, to the admin with the fewest escalated issues."""

    example = {"reason": "The bank refuses to answer."}

    reason = StrictTextField(required=False, max_length=REASON_LIMIT)
    escalated_to = IdentityOrName(required=False, allow_null=True)


class ResolveIssueInput(VersionInput):
    """How it was resolved. `amount` goes back to the client; of a chargeback it is what the bank takes."""

    example = {"notes": "Charged twice: the second payment goes back.", "amount": "40.00"}

    notes = StrictTextField(max_length=NOTES_LIMIT)
    amount = AmountInput(required=False, allow_null=True)


class PaymentStepInput(VersionInput):
    """What was done, and when the next step is due. A failed retry has a failure code."""

    example = {"kind": "contact", "outcome": "promised", "next_step_at": "2090-01-01T09:00:00Z"}

    kind = serializers.ChoiceField(choices=PaymentIssueStep.Kind.choices)
    outcome = serializers.ChoiceField(choices=PaymentIssueStep.Outcome.choices)
    failure_code = StrictTextField(required=False, max_length=LONGEST_CODE)
    note = StrictTextField(required=False, max_length=NOTE_LIMIT)
    next_step_at = InstantField(required=False, allow_null=True)
