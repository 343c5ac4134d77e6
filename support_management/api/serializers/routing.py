"""Output of routing decisions and of the assignment history."""

from collections.abc import Mapping

from rest_framework import serializers

from support_management.api.fields import LARGEST_ID, InputSerializer, InstantField, PersonShape
from support_management.people.models import SupportAvailability
from support_management.routing.engine.ranking import Decision
from support_management.routing.models import AssignmentDecision, ReassignmentLog
from support_management.routing.record import explanations


class NeedShape(serializers.Serializer):
    """A required skill: the current level and the level required initially."""

    specialization = serializers.IntegerField()
    name = serializers.CharField()
    level = serializers.IntegerField()
    asked = serializers.IntegerField()


class CandidateShape(serializers.Serializer):
    """An eligible agent at the time of the decision. `levels` are in the order of the needs."""

    agent = serializers.IntegerField()
    name = serializers.CharField()
    load = serializers.IntegerField()
    capacity = serializers.IntegerField()
    levels = serializers.ListField(child=serializers.IntegerField())
    knows = serializers.BooleanField()
    skill = serializers.IntegerField()
    room = serializers.IntegerField()
    history = serializers.IntegerField()
    score = serializers.IntegerField()


class RoutingRefusalShape(serializers.Serializer):
    """An agent who is not eligible, and why: a code for programs, a sentence for people.

    Why an agent is not available, and since when, is for leads; all others read `not_available`.
    """

    agent = serializers.IntegerField()
    name = serializers.CharField()
    code = serializers.CharField()
    text = serializers.CharField()


class _Reasons(serializers.Serializer):
    """What a decision rests on. Candidates and refusals: the best, and who came nearest, first."""

    units = serializers.IntegerField()
    needs = NeedShape(many=True)
    candidates = CandidateShape(many=True)
    refusals = RoutingRefusalShape(many=True)


class RoutingPreviewShape(_Reasons):
    """The agent who would be assigned now, and why the others would not. Nothing is changed."""

    ticket = serializers.IntegerField(allow_null=True)
    dispute = serializers.IntegerField(allow_null=True)
    chosen = CandidateShape(allow_null=True)
    sentence = serializers.CharField()


def preview(decision: Decision, since: Mapping[int, SupportAvailability], *, for_lead: bool) -> dict:
    """The fields of `RoutingPreviewShape` for a decision that is not stored."""
    work, candidates = decision.work, explanations.candidates(decision)
    refusals = explanations.refusals(decision, since)
    return {
        "ticket": work.id if work.kind == "ticket" else None,
        "dispute": work.id if work.kind == "dispute" else None,
        "chosen": candidates[0] if decision.chosen else None,
        "sentence": explanations.sentence(decision, for_lead=for_lead),
        "units": work.units,
        "needs": explanations.needs(decision),
        "candidates": candidates,
        "refusals": refusals if for_lead else explanations.for_colleagues(refusals),
    }


class DecisionShape(_Reasons):
    """A routing decision as it was made. Manual assignments have no candidates."""

    id = serializers.IntegerField()
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    dispute = serializers.IntegerField(source="dispute_id", allow_null=True)
    trigger = serializers.ChoiceField(choices=AssignmentDecision.Trigger.choices)
    outcome = serializers.ChoiceField(choices=AssignmentDecision.Outcome.choices)
    chosen = PersonShape(allow_null=True)
    previous = PersonShape(allow_null=True)
    by = PersonShape(allow_null=True)
    above_capacity = serializers.BooleanField()
    sentence = serializers.SerializerMethodField()
    at = InstantField()

    def get_sentence(self, row: AssignmentDecision) -> str:
        return explanations.sentence(row, for_lead=self.context["lead"])

    def to_representation(self, instance):
        shape = super().to_representation(instance)
        if not self.context["lead"]:
            shape["refusals"] = explanations.for_colleagues(shape["refusals"])
        return shape


class ReassignmentShape(serializers.Serializer):
    """A change of assignee. `from_agent` or `to_agent` is null where the item was unassigned.

    How a colleague was absent (`away`, `offline`, `break`, `suspended`, `inactive`) is for leads.
    """

    id = serializers.IntegerField()
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    dispute = serializers.IntegerField(source="dispute_id", allow_null=True)
    from_agent = PersonShape(allow_null=True)
    to_agent = PersonShape(allow_null=True)
    cause = serializers.ChoiceField(choices=ReassignmentLog.Cause.choices)
    reason = serializers.CharField()
    note = serializers.CharField()
    above_capacity = serializers.BooleanField()
    by = PersonShape(allow_null=True)
    at = InstantField()

    def to_representation(self, instance):
        return super().to_representation(instance) | {"cause": instance.cause_for(is_lead=self.context["lead"])}


class PreviewQuery(InputSerializer):
    """One piece of work."""

    example = {"ticket": "1"}

    ticket = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    dispute = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)

    def validate(self, attrs):
        if len(attrs) != 1:
            raise serializers.ValidationError({"ticket": ["Name exactly one ticket or dispute."]})
        [(kind, pk)] = attrs.items()
        return {"kind": kind, "pk": pk}


class NextInput(InputSerializer):
    """Nothing needs to be said."""
