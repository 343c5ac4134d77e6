"""What the desk keeps about its agents, and what they are told."""

from rest_framework import serializers

from support_management.api.fields import Identity, Input, Instant, PersonShape
from support_management.notifications.models import SupportNotification
from support_management.people.models import SupportAvailability, SupportProfile


class AvailabilityShape(serializers.Serializer):
    """What the agent says, and when the system last saw them."""

    says = serializers.ChoiceField(choices=SupportAvailability.Says.choices)
    since = Instant()
    last_seen_at = Instant(allow_null=True)


class ProfileShape(serializers.Serializer):
    """An agent at the desk. `load` and `capacity` are units of open work; no websites means all."""

    id = serializers.IntegerField()
    user = PersonShape()
    username = serializers.CharField(source="user.username")
    email = serializers.CharField(source="user.email")
    role = serializers.CharField(source="user.role")
    registration_id = serializers.CharField()
    phone = serializers.CharField()
    status = serializers.ChoiceField(choices=SupportProfile.Status.choices)
    capacity = serializers.IntegerField()
    load = serializers.IntegerField(source="user.workload.load")
    websites = serializers.SerializerMethodField()
    availability = AvailabilityShape(source="user.availability")
    version = serializers.IntegerField()

    def get_websites(self, row) -> list[int]:
        return sorted(website.pk for website in row.websites.all())


class NotificationShape(serializers.Serializer):
    """A sentence for a person, with a link to the place."""

    id = serializers.IntegerField()
    recipient = PersonShape()
    kind = serializers.CharField()
    priority = serializers.ChoiceField(choices=SupportNotification.Priority.choices)
    text = serializers.CharField()
    link = serializers.CharField()
    read = serializers.BooleanField()
    read_at = Instant(allow_null=True)
    created_at = Instant()


class MarkInput(Input):
    """Which of the own notifications; without `ids` all of them."""

    example = {"ids": [1, 2]}

    ids = serializers.ListField(child=Identity(), required=False, max_length=100)


class MarkedShape(serializers.Serializer):
    """How many were unread and are read now."""

    marked = serializers.IntegerField()
