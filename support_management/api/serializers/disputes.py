"""Input and output of disputes."""

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from support_management.api.fields import (
    AmountInput,
    AmountShape,
    IdentityOrName,
    IdField,
    InputSerializer,
    InstantField,
    PartyAwareSerializer,
    PersonShape,
    StrictTextField,
    VersionInput,
)
from support_management.api.serializers.tickets import PRIORITIES, ClocksField
from support_management.disputes import queries
from support_management.disputes.models import Dispute, DisputeResolutionLog
from support_management.disputes.order_status import AFTER
from support_management.disputes.status import IS_OPEN, OUTCOMES, Reason, Status
from support_management.people.assignment_rules import REASON_LIMIT
from support_management.sla import queries as sla

_PREFETCHES = (
    Prefetch("clocks", sla.unchecked().order_by("cycle")),
    Prefetch("resolutions", DisputeResolutionLog.objects.select_related("decided_by").order_by("-id")),
)


def with_shape(rows: QuerySet[Dispute]) -> QuerySet[Dispute]:
    """With the related rows that the shape shows: three queries for any number of rows."""
    return queries.for_cards(rows).prefetch_related(*_PREFETCHES)


def as_it_is(pk: int) -> Dispute:
    """The dispute as it is now, for the response to a change."""
    row = queries.cards_by_id([pk])[pk]
    prefetch_related_objects([row], *_PREFETCHES)
    return row


class ResolutionShape(PartyAwareSerializer):
    """The decision. Its reason and author are only shown to support staff."""

    desk_only = ("notes", "decided_by")

    outcome = serializers.ChoiceField(choices=OUTCOMES, source="decision")
    refund = AmountShape(source="refund_amount", currency="dispute.currency")
    notes = serializers.CharField(required=False)
    decided_by = PersonShape(required=False, allow_null=True)
    at = InstantField()


class DisputeShape(PartyAwareSerializer):
    """A dispute as it is now. `amount_at_risk` is in the order's currency.

    `external_deadline`, `version` and `sla` are only shown to support staff.
    """

    desk_only = ("external_deadline", "version", "sla")

    id = serializers.IntegerField()
    number = serializers.CharField()
    order = serializers.IntegerField(source="order_id")
    raised_by = PersonShape()
    reason = serializers.ChoiceField(choices=Reason.choices)
    amount_at_risk = AmountShape()
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")
    assignee = PersonShape(allow_null=True)
    external_deadline = InstantField(required=False, allow_null=True)
    resolution = serializers.SerializerMethodField()
    version = serializers.IntegerField(required=False)
    created_at = InstantField()
    updated_at = InstantField()
    resolved_at = InstantField(allow_null=True)
    sla = ClocksField(required=False)

    @extend_schema_field(ResolutionShape(allow_null=True))
    def get_resolution(self, row) -> dict | None:
        decision = next(iter(row.resolutions.all()), None)
        return ResolutionShape(decision, context=self.context).data if decision else None


class DisputeInput(InputSerializer):
    """A new dispute. At risk is by default all that was not refunded yet, at most the order's amount.

    Only support staff can set the external deadline.
    """

    example = {"order": 17, "reason": "late", "amount_at_risk": "120.00"}

    order = IdField()
    reason = serializers.ChoiceField(choices=Reason.choices)
    amount_at_risk = AmountInput(required=False, allow_null=True)
    external_deadline = InstantField(required=False, allow_null=True)

    def validate_external_deadline(self, value):
        if not self.context["desk"]:
            raise serializers.ValidationError("Only support staff can set this.")
        return value


class DisputeAssignInput(VersionInput):
    """The new assignee: a user id, a username, or null to unassign. Agents hand over their own with a reason."""

    example = {"assignee": "agent1", "reason": "handled this customer before"}

    assignee = IdentityOrName(allow_null=True)
    reason = StrictTextField(required=False, max_length=REASON_LIMIT)


class AdvanceInput(VersionInput):
    """A status change without a decision."""

    example = {"status": "under_review"}

    status = serializers.ChoiceField(choices=IS_OPEN)


class ResolveInput(VersionInput):
    """The decision, its reason, and the amount to refund, which only an outcome for the client can have.

    `order_status` is where the order goes. By default it follows from the outcome: `refunded` after a full refund,
    otherwise `in_progress` for the client, `completed` for the writer, the status before the dispute when withdrawn.
    """

    example = {"outcome": "resolved_client", "notes": "Delivered four days late.", "refund": "40.00"}

    outcome = serializers.ChoiceField(choices=OUTCOMES)
    notes = StrictTextField(max_length=5000)
    refund = AmountInput(required=False)
    order_status = serializers.ChoiceField(choices=AFTER, required=False)
