"""Input and output of availability."""

from rest_framework import serializers

from support_management.api.fields import InputSerializer, InstantField, PersonShape
from support_management.people.availability.models import AvailabilityInterval
from support_management.people.models import SupportAvailability

STATES = SupportAvailability.Says.choices
REASONS = [("", "Available"), *SupportAvailability.WhyNot.choices]


class ShiftShape(serializers.Serializer):
    """The business calendar of an agent's shift."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class AbsenceShape(serializers.Serializer):
    """A planned absence of an agent."""

    id = serializers.IntegerField()
    begins_at = InstantField()
    ends_at = InstantField()
    reason = serializers.CharField()


class AvailabilityStateShape(serializers.Serializer):
    """`status` is what the agent has set, `state` also considers what the system observes.

    `available`: automatic assignment is possible; if not, `why_not` says why. `until`: when that ends, if known.
    """

    agent = PersonShape(source="user")
    status = serializers.ChoiceField(source="says", choices=STATES)
    state = serializers.ChoiceField(choices=STATES)
    since = InstantField(source="state_since")
    available = serializers.BooleanField()
    why_not = serializers.ChoiceField(choices=REASONS)
    paused = serializers.SerializerMethodField()
    until = InstantField(allow_null=True)
    last_seen_at = InstantField(source="sign_at", allow_null=True)
    shift = ShiftShape(source="user.support_profile.shift", allow_null=True)
    absences = AbsenceShape(source="user.coming_absences", many=True)

    def get_paused(self, row) -> bool:
        return row.paused_at is not None


class IntervalShape(serializers.Serializer):
    """A period in one state; the current one has no end."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    available = serializers.BooleanField()
    why_not = serializers.ChoiceField(choices=REASONS)
    cause = serializers.ChoiceField(choices=AvailabilityInterval.Cause.choices)
    by = PersonShape(allow_null=True)
    began_at = InstantField()
    ended_at = InstantField(allow_null=True)


class OwnAvailabilityInput(InputSerializer):
    """The caller's status. `return_work` unassigns the caller's open work."""

    example = {"status": "break", "return_work": True}

    status = serializers.ChoiceField(choices=STATES)
    return_work = serializers.BooleanField(default=False)


class AvailabilityInput(InputSerializer):
    """The status of an agent. `paused` is for leads: no automatic assignment, whatever the state."""

    example = {"status": "away"}

    status = serializers.ChoiceField(choices=STATES, required=False)
    paused = serializers.BooleanField(required=False)
