"""Input and output of actions on orders."""

from rest_framework import serializers

from support_management.api.fields import (
    AmountInput,
    IdField,
    InputSerializer,
    InstantField,
    PersonShape,
    StrictTextField,
    VersionInput,
)
from support_management.core.text import MAX_BODY
from support_management.order_management.acting import NOTE_LIMIT, REASON_LIMIT
from support_management.order_management.actions import ACTIONS, ALIASES
from support_management.order_management.models import HeldMessage, SupportOrderManagement
from support_management.orders.status import Status


class HeldMessageShape(serializers.Serializer):
    """A message about the action. It leaves at `due_at`, into `ticket`, unless the action is undone."""

    recipient = PersonShape()
    state = serializers.ChoiceField(choices=HeldMessage.State.choices)
    due_at = InstantField()
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)


class OrderActionShape(serializers.Serializer):
    """An action on an order. `before` and `after` are the values it changed; it can be undone until `undo_until`."""

    id = serializers.IntegerField()
    order = serializers.IntegerField(source="order_id")
    action = serializers.ChoiceField(choices=SupportOrderManagement.Action.choices)
    state = serializers.ChoiceField(choices=SupportOrderManagement.State.choices)
    performed_by = PersonShape(allow_null=True)
    reason = serializers.CharField()
    note = serializers.CharField()
    before = serializers.DictField()
    after = serializers.DictField()
    order_status = serializers.ChoiceField(choices=Status.choices, source="order.status")
    order_version = serializers.IntegerField(source="order.version")
    messages = HeldMessageShape(many=True)
    created_at = InstantField()
    undo_until = InstantField()
    undone_at = InstantField(allow_null=True)


class ReasonInput(VersionInput):
    """Why, an internal note, and what the client is told once undo is over."""

    example = {"reason": "The client's bank has confirmed the payment."}

    reason = StrictTextField(max_length=REASON_LIMIT)
    note = StrictTextField(required=False, max_length=NOTE_LIMIT)
    message = StrictTextField(required=False, max_length=MAX_BODY)


class HoldInput(ReasonInput):
    """With `until` the order is released by itself."""

    example = {"reason": "Waiting for the brief.", "until": "2030-01-01T09:00:00Z"}

    until = InstantField(required=False, allow_null=True)


class DeadlineInput(ReasonInput):
    """The new deadline. Both parties are told."""

    example = {"reason": "The client asked for a week more.", "deadline": "2030-01-01T09:00:00Z"}

    deadline = InstantField()


class ForClientInput(ReasonInput):
    """`amount` goes back to the client."""

    example = {"reason": "Delivered four days late.", "amount": "40.00"}

    amount = AmountInput(required=False)


class OrderActionInput(ReasonInput):
    """An action on an order; `until`, `deadline` and `amount` only where the action takes them."""

    example = {"order": 17, "action": "hold", "reason": "Waiting for the brief."}

    order = IdField()
    action = serializers.ChoiceField(choices=[*ACTIONS, *ALIASES])
    until = InstantField(required=False, allow_null=True)
    deadline = InstantField(required=False, allow_null=True)
    amount = AmountInput(required=False)


class RestoreInput(VersionInput):
    """Without a reason, that of the action counts."""

    example = {"reason": "Cancelled by mistake."}

    reason = StrictTextField(required=False, max_length=REASON_LIMIT)
    note = StrictTextField(required=False, max_length=NOTE_LIMIT)
    message = StrictTextField(required=False, max_length=MAX_BODY)


class UndoInput(InputSerializer):
    """Nothing: the address says which action."""


INPUTS = {"hold": HoldInput, "move_deadline": DeadlineInput, "close_dispute_client": ForClientInput}
"""Input of the actions that take more than a reason."""
