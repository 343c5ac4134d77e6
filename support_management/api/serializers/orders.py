"""Input and output of orders."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from support_management.api.fields import (
    AMOUNT,
    AmountShape,
    InstantField,
    PartyAwareSerializer,
    PersonShape,
    VersionInput,
)
from support_management.api.serializers.tickets import PRIORITIES
from support_management.core.money import amount_text
from support_management.orders.money.refundable import refundable
from support_management.orders.status import PaymentStatus, Status


@extend_schema_field(AMOUNT)
class RefundableShape(serializers.Field):
    """What is left of what was paid for an order."""

    def to_representation(self, value):
        return amount_text(refundable(value), value.currency)


class OrderShape(PartyAwareSerializer):
    """An order. `refundable` is what is left of what was paid.

    It, flags, the end of a hold and `version` are only shown to support staff.
    """

    desk_only = ("refundable", "price_change_pending", "files_downloaded", "files_enabled", "held_until", "version")

    id = serializers.IntegerField()
    reference = serializers.CharField()
    website = serializers.IntegerField(source="website_id")
    client = PersonShape()
    writer = PersonShape(allow_null=True)
    title = serializers.CharField()
    amount = AmountShape()
    paid_amount = AmountShape()
    refundable = RefundableShape(source="*", required=False)
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    payment_status = serializers.ChoiceField(choices=PaymentStatus.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")
    deadline = InstantField(allow_null=True)
    files_downloaded = serializers.BooleanField(required=False)
    files_enabled = serializers.BooleanField(required=False)
    held_until = InstantField(required=False, allow_null=True)
    price_change_pending = serializers.BooleanField(required=False)
    version = serializers.IntegerField(required=False)
    created_at = InstantField()
    updated_at = InstantField()


class OrderStatusInput(VersionInput):
    """The new status, where neither a reason nor money is needed. A dispute moves its order itself."""

    example = {"status": "submitted"}

    status = serializers.ChoiceField(choices=Status.choices)
