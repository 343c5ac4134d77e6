"""Input and output of money effects."""

from rest_framework import serializers

from support_management.api.fields import AmountShape, InstantField, PersonShape, StrictTextField, VersionInput
from support_management.orders.money.models import Cause, Kind
from support_management.orders.money.shop_reports import LONGEST_ID, LONGEST_REASON
from support_management.orders.money.status import State


class MoneyEffectShape(serializers.Serializer):
    """Money that goes to somebody because of an order. The shop carries out what is `decided`.

    `undecided`: the shop confirmed what nobody had decided, or what had failed or was cancelled. `legacy`: from before
    amounts were checked.
    """

    id = serializers.IntegerField()
    order = serializers.IntegerField(source="order_id")
    reference = serializers.CharField(source="order.reference")
    website = serializers.IntegerField(source="order.website_id")
    kind = serializers.ChoiceField(choices=Kind.choices)
    amount = AmountShape()
    currency = serializers.CharField()
    recipient = PersonShape()
    cause = serializers.ChoiceField(choices=Cause.choices)
    dispute = serializers.IntegerField(source="dispute_id", allow_null=True)
    payment_issue = serializers.IntegerField(source="payment_issue_id", allow_null=True)
    state = serializers.ChoiceField(choices=State.choices)
    external_id = serializers.CharField()
    failure = serializers.CharField()
    undecided = serializers.BooleanField()
    legacy = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = InstantField()
    decided_at = InstantField(allow_null=True)
    sent_at = InstantField(allow_null=True)
    confirmed_at = InstantField(allow_null=True)
    updated_at = InstantField()


class SentInput(VersionInput):
    """The shop has passed it on to its payment provider."""

    example: dict = {}


class ConfirmInput(VersionInput):
    """The money has moved: when, and the id by which the shop or its payment provider knows it."""

    example = {"external_id": "re_3QFc9k", "at": "2026-11-24T12:00:00Z"}

    external_id = StrictTextField(max_length=LONGEST_ID)
    at = InstantField(required=False)


class FailInput(VersionInput):
    """Why the money could not be moved."""

    example = {"reason": "The card was closed."}

    reason = StrictTextField(max_length=LONGEST_REASON)
