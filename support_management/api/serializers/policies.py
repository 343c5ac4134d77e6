"""Input and output of SLA policies."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from support_management.api.fields import (
    IdField,
    InputSerializer,
    StrictBooleanField,
    StrictIntegerField,
    StrictTextField,
    VersionInput,
)
from support_management.conditions.matching import KEYS
from support_management.core.ordering import LAST_POSITION
from support_management.sla.models import MINIMUM_LEFT_PERCENT, Metric, WorkKind, pauses_usually, warns_usually
from support_management.sla.policy.validation import PAUSING
from support_management.sla.policy_editing import FOLLOW, KEEP, PolicyValues

_ONE: dict = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
_CONDITION: dict = {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "array", "items": _ONE}]}
_CONDITIONS: dict = {"type": "object", "properties": dict.fromkeys(KEYS, _CONDITION)}
_TARGET: dict = {
    "type": "object",
    "properties": {"metric": {"type": "string", "enum": Metric.values}, "minutes": {"type": "integer"}},
    "required": ["metric", "minutes"],
}
_THRESHOLD: dict = {
    "type": "object",
    "properties": {"at_percent": {"type": "integer"}, "minutes_before": {"type": "integer"}},
}
_STATUSES: dict = {"type": "array", "items": {"type": "string", "enum": list(PAUSING)}}
_URGENT: dict = {
    "name": "Urgent payments",
    "position": 1,
    "conditions": {"type": "payment", "priority": ["urgent", "high"]},
    "targets": [{"metric": "first_response", "minutes": 30}, {"metric": "resolution", "minutes": 240}],
    "pause_on": {"resolution": ["pending"]},
    "thresholds": [{"at_percent": 75}, {"minutes_before": 10}],
}
RUNNING = ((KEEP, "keep"), (FOLLOW, "follow"))


class RawField(serializers.Field):
    """Passed through, except lists of more than `max_length` items; validated by the domain."""

    max_length = 1000
    default_error_messages = {"max_length": "Ensure this field has no more than {max_length} elements."}

    def to_internal_value(self, data):
        if isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return data

    def to_representation(self, value):
        return value


@extend_schema_field(_CONDITIONS)
class ConditionsField(RawField):
    """Per condition a value or a list; none means all. Segment, tag, language and word are case-insensitive."""


@extend_schema_field({"type": "array", "items": _TARGET})
class Targets(RawField):
    """Business minutes per metric."""

    def to_representation(self, value):
        return [{"metric": name, "minutes": value[name]} for name in Metric.values if name in value]


@extend_schema_field({"oneOf": [_STATUSES, {"type": "object", "properties": dict.fromkeys(Metric.values, _STATUSES)}]})
class PauseStatusesField(RawField):
    """Statuses in which clocks are paused: a list for every metric, or an object with one for each metric."""


@extend_schema_field({"type": "array", "items": _THRESHOLD})
class Thresholds(RawField):
    """When to warn."""


class PolicyShape(serializers.Serializer):
    """An SLA policy. The first active policy by position that matches applies."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    active = serializers.BooleanField()
    conditions = ConditionsField()
    targets = Targets()
    calendar = serializers.IntegerField(source="calendar_id")
    pause_on = PauseStatusesField()
    thresholds = Thresholds()
    minimum_left_percent = serializers.IntegerField()
    version = serializers.IntegerField()


class PolicyInput(InputSerializer):
    """A new policy. By default last, active, without conditions, on the 24/7 calendar."""

    example: dict = _URGENT

    name = StrictTextField(max_length=80)
    position = StrictIntegerField(required=False, min_value=0, max_value=LAST_POSITION)
    active = StrictBooleanField(default=True)
    conditions = ConditionsField(default=dict)
    targets = Targets()
    calendar = IdField(required=False)
    pause_on = PauseStatusesField(required=False)
    thresholds = Thresholds(required=False)
    minimum_left_percent = StrictIntegerField(required=False, min_value=0, max_value=100)
    running = serializers.ChoiceField(choices=RUNNING, required=False)


class PolicyReplaceInput(PolicyInput, VersionInput):
    """The complete policy. Fields left out are reset to their defaults; the position stays."""

    example: dict = _URGENT | {"calendar": 1, "running": "follow", "version": 1}

    calendar = IdField()
    pause_on = PauseStatusesField(default=pauses_usually)
    thresholds = Thresholds(default=warns_usually)
    minimum_left_percent = StrictIntegerField(default=MINIMUM_LEFT_PERCENT, min_value=0, max_value=100)


class PolicyChangeInput(VersionInput):
    """The fields to change. `running`: whether open clocks keep their version or follow the change."""

    example: dict = {"targets": _URGENT["targets"], "running": "follow"}

    name = StrictTextField(max_length=80, required=False)
    position = StrictIntegerField(required=False, min_value=0, max_value=LAST_POSITION)
    active = StrictBooleanField(required=False)
    conditions = ConditionsField(required=False)
    targets = Targets(required=False)
    calendar = IdField(required=False)
    pause_on = PauseStatusesField(required=False)
    thresholds = Thresholds(required=False)
    minimum_left_percent = StrictIntegerField(required=False, min_value=0, max_value=100)
    running = serializers.ChoiceField(choices=RUNNING, required=False)


class RunningQuery(InputSerializer):
    """The same word in the address, for programs that send the policy alone."""

    example = {"running": "keep"}

    running = serializers.ChoiceField(choices=RUNNING, required=False)


class MatchQuery(InputSerializer):
    """One piece of work."""

    example = {"ticket": "1"}

    ticket = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    dispute = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    order = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def validate(self, attrs):
        if len(attrs) != 1:
            raise serializers.ValidationError({"ticket": ["Name exactly one ticket, dispute or order."]})
        [(kind, pk)] = attrs.items()
        return {"kind": kind, "pk": pk}


class RefusalShape(serializers.Serializer):
    """Why an earlier policy does not match: its first failed condition; `active` if it is inactive."""

    policy = PolicyShape()
    condition = serializers.ChoiceField(choices=(*KEYS, "active"))
    wanted = serializers.ListField(child=serializers.CharField())
    found = serializers.ListField(child=serializers.CharField())


class MatchShape(serializers.Serializer):
    """The policy that applies; `winner` is null if none does."""

    kind = serializers.ChoiceField(choices=WorkKind.choices)
    object_id = serializers.IntegerField(source="work_id")
    number = serializers.CharField()
    winner = PolicyShape(allow_null=True)
    refused = RefusalShape(many=True)


def policy_input(values: dict) -> tuple[PolicyValues, dict]:
    """The values of the policy, and the options sent with them (`running`, `version`)."""
    options: dict[str, Any] = {name: values.pop(name) for name in ("running", "version") if name in values}
    return PolicyValues(**values), options
