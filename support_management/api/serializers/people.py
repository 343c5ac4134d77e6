"""Input and output of agents, skills, load and notifications."""

from rest_framework import serializers

from support_management.api.fields import (
    BoundedListField,
    IdField,
    InputSerializer,
    InstantField,
    PersonShape,
    StrictIntegerField,
    StrictTextField,
    VersionInput,
)
from support_management.core.ordering import LAST_POSITION
from support_management.notifications.models import SupportNotification
from support_management.people.agent_settings import MAX_CAPACITY
from support_management.people.models import SupportAvailability, SupportProfile


class AvailabilityShape(serializers.Serializer):
    """The status an agent has set, and when they were last seen."""

    says = serializers.ChoiceField(choices=SupportAvailability.Says.choices)
    since = InstantField()
    last_seen_at = InstantField(allow_null=True)


class SkillShape(serializers.Serializer):
    """How well an agent does something, from 1 to 5."""

    specialization = serializers.CharField(source="specialization.slug")
    name = serializers.CharField(source="specialization.name")
    level = serializers.IntegerField()


class ProfileShape(serializers.Serializer):
    """An agent. `load` and capacities are units of open work; no websites means all, no shift means always.

    If the capacity of a kind is null, only `capacity` applies.
    """

    id = serializers.IntegerField()
    user = PersonShape()
    username = serializers.CharField(source="user.username")
    email = serializers.CharField(source="user.email")
    role = serializers.CharField(source="user.role")
    registration_id = serializers.CharField()
    phone = serializers.CharField()
    status = serializers.ChoiceField(choices=SupportProfile.Status.choices)
    capacity = serializers.IntegerField()
    ticket_capacity = serializers.IntegerField(allow_null=True)
    dispute_capacity = serializers.IntegerField(allow_null=True)
    load = serializers.IntegerField(source="user.workload.load")
    websites = serializers.SerializerMethodField()
    skills = SkillShape(many=True)
    shift = serializers.IntegerField(source="shift_id", allow_null=True)
    availability = AvailabilityShape(source="user.availability")
    version = serializers.IntegerField()

    def get_websites(self, row) -> list[int]:
        return sorted(website.pk for website in row.websites.all())


class SkillInput(InputSerializer):
    """A skill by its slug, and the level of the agent."""

    example: dict = {"specialization": "billing", "level": 3}

    specialization = StrictTextField(max_length=40)
    level = StrictIntegerField(min_value=1, max_value=5)


class SeatInput(VersionInput):
    """Capacity and settings of an agent; fields left out stay. Websites and skills are replaced as a whole."""

    example: dict = {"capacity": 8, "dispute_capacity": 3, "skills": []}

    capacity = StrictIntegerField(required=False, min_value=0, max_value=MAX_CAPACITY)
    ticket_capacity = StrictIntegerField(required=False, allow_null=True, min_value=0, max_value=MAX_CAPACITY)
    dispute_capacity = StrictIntegerField(required=False, allow_null=True, min_value=0, max_value=MAX_CAPACITY)
    websites = BoundedListField(child=IdField(), required=False, max_length=1000)
    skills = BoundedListField(child=SkillInput(), required=False, max_length=100)
    shift = IdField(required=False, allow_null=True)

    def validate_skills(self, rows):
        levels_by_skill = {row["specialization"]: row["level"] for row in rows}
        if len(levels_by_skill) < len(rows):
            raise serializers.ValidationError("A skill is listed twice.")
        return levels_by_skill


class LoadShape(serializers.Serializer):
    """Load and capacity of an agent in units of open work, and lifetime totals."""

    id = serializers.IntegerField()
    agent = PersonShape(source="user")
    load = serializers.IntegerField()
    ticket_load = serializers.IntegerField()
    dispute_load = serializers.IntegerField()
    capacity = serializers.IntegerField(source="user.support_profile.capacity")
    ticket_capacity = serializers.IntegerField(source="user.support_profile.ticket_capacity", allow_null=True)
    dispute_capacity = serializers.IntegerField(source="user.support_profile.dispute_capacity", allow_null=True)
    tickets_handled = serializers.IntegerField()
    disputes_handled = serializers.IntegerField()
    orders_managed = serializers.IntegerField()
    last_activity = InstantField(allow_null=True)
    last_assigned_at = InstantField(allow_null=True)


class SpecializationShape(serializers.Serializer):
    """A skill that routing can require."""

    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    version = serializers.IntegerField()


class SpecializationInput(InputSerializer):
    """A new skill, added last by default."""

    example: dict = {"slug": "refunds", "name": "Refunds"}

    slug = StrictTextField(max_length=40)
    name = StrictTextField(max_length=60)
    position = StrictIntegerField(required=False, min_value=0, max_value=LAST_POSITION)


class SpecializationReplaceInput(SpecializationInput, VersionInput):
    """The complete skill; the position stays if left out."""

    example: dict = {"slug": "refunds", "name": "Refunds", "version": 1}


class SpecializationChangeInput(VersionInput):
    """The fields to change."""

    example: dict = {"name": "Refunds"}

    slug = StrictTextField(max_length=40, required=False)
    name = StrictTextField(max_length=60, required=False)
    position = StrictIntegerField(required=False, min_value=0, max_value=LAST_POSITION)


class NotificationShape(serializers.Serializer):
    """A sentence for a person, with a link to the place."""

    id = serializers.IntegerField()
    recipient = PersonShape()
    kind = serializers.CharField()
    priority = serializers.ChoiceField(choices=SupportNotification.Priority.choices)
    text = serializers.CharField()
    link = serializers.CharField()
    read = serializers.BooleanField()
    read_at = InstantField(allow_null=True)
    created_at = InstantField()


class MarkInput(InputSerializer):
    """The notifications to mark; all of them without `ids`."""

    example = {"ids": [1, 2]}

    ids = BoundedListField(child=IdField(), required=False, max_length=100)


class MarkedShape(serializers.Serializer):
    """The number of notifications marked as read."""

    marked = serializers.IntegerField()
