"""Input and output of orders."""

from rest_framework import serializers

from support_management.api.fields import InstantField, PartyAwareSerializer, PersonShape, VersionInput
from support_management.api.serializers.tickets import PRIORITIES
from support_management.orders.status import PaymentStatus, Status


class OrderShape(PartyAwareSerializer):
    """An order. `price_change_pending`, `files_downloaded` and `version` are only shown to support staff."""

    desk_only = ("price_change_pending", "files_downloaded", "version")

    id = serializers.IntegerField()
    reference = serializers.CharField()
    website = serializers.IntegerField(source="website_id")
    client = PersonShape()
    writer = PersonShape(allow_null=True)
    title = serializers.CharField()
    amount = serializers.DecimalField(max_digits=12, decimal_places=2)
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    payment_status = serializers.ChoiceField(choices=PaymentStatus.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")
    deadline = InstantField(allow_null=True)
    files_downloaded = serializers.BooleanField(required=False)
    price_change_pending = serializers.BooleanField(required=False)
    version = serializers.IntegerField(required=False)
    created_at = InstantField()
    updated_at = InstantField()


class OrderStatusInput(VersionInput):
    """The new status. A dispute moves its order itself; only team leads set `refunded`."""

    example = {"status": "on_hold"}

    status = serializers.ChoiceField(choices=Status.choices)
