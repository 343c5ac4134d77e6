"""Input and output of tickets and their messages."""

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from rest_framework import serializers

from support_management.api.fields import (
    BoundedListField,
    IdentityOrName,
    IdField,
    InputSerializer,
    InstantField,
    PartyAwareSerializer,
    PersonShape,
    StrictBooleanField,
    StrictTextField,
    VersionInput,
    utc,
)
from support_management.core.prepared_statements import Parameter, PreparedSelect, set_prefetched
from support_management.core.priority import PRIORITY_RANKS
from support_management.core.text import MAX_BODY, MAX_LINE
from support_management.people.assignment_rules import REASON_LIMIT
from support_management.sla import queries as sla
from support_management.sla.models import Metric, OrderDisputeSLA
from support_management.tickets import queries
from support_management.tickets.lookup import MAX_TAGS, TAG_LIMIT
from support_management.tickets.models import Tag, Ticket, TicketMessage
from support_management.tickets.status import Status

PRIORITIES = tuple(PRIORITY_RANKS)
_CLOCK = ("ticket", "metric", "state", "due_at", "completed_at", "cycle")
_PREFETCHES = (
    Prefetch("tags", Tag.objects.order_by("name")),
    Prefetch("clocks", sla.unchecked().only(*_CLOCK).order_by("cycle")),
)
_tags = PreparedSelect(lambda: Tag.objects.filter(tickets=Parameter("ticket")).order_by("name"))
_clocks = PreparedSelect(lambda: sla.unchecked().filter(ticket=Parameter("ticket")).only(*_CLOCK).order_by("cycle"))


def with_shape(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With the related rows that the shape shows: three queries for any number of rows."""
    return rows.select_related("type", "requester", "assignee").prefetch_related(*_PREFETCHES)


def complete(rows: list[Ticket]) -> list[Ticket]:
    """`with_shape` for loaded rows."""
    prefetch_related_objects(rows, *_PREFETCHES)
    return rows


def changed(row: Ticket) -> Ticket:
    """The same for one row that a capability has just given back: it is as it was stored."""
    set_prefetched(row, tags=_tags(ticket=row.pk), clocks=_clocks(ticket=row.pk))
    return row


def as_it_is(pk: int) -> Ticket:
    """The ticket as it is now, for who just opened it or lost the race for it."""
    return complete([queries.rows_by_id([pk])[pk]])[0]


class ClockShape(serializers.Serializer):
    """An SLA clock: its metric, state and due time."""

    metric = serializers.ChoiceField(choices=Metric.choices)
    state = serializers.ChoiceField(choices=OrderDisputeSLA.State.choices)
    due_at = InstantField()


def clocks_of(row) -> list[OrderDisputeSLA]:
    """The latest cycle of each metric; open ones first, by due."""
    latest = {clock.metric: clock for clock in row.clocks.all()}
    return sorted(latest.values(), key=lambda clock: (clock.completed_at is not None, clock.due_at, clock.pk))


class ClocksField(serializers.ListField):
    """The clocks of a ticket or dispute, for support staff."""

    child = ClockShape()

    def get_attribute(self, instance):
        return clocks_of(instance)


class TicketShape(PartyAwareSerializer):
    """A ticket as it is now. `tags`, `version` and `sla` are only shown to support staff.

    For clients and writers `updated_at` is the last change that they can see.
    """

    desk_only = ("tags", "version", "sla")

    id = serializers.IntegerField()
    number = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")
    type = serializers.SlugField(source="type.slug")
    channel = serializers.ChoiceField(choices=Ticket.Channel.choices)
    tags = serializers.ListField(child=serializers.CharField(), source="tag_list", required=False)
    requester = PersonShape()
    assignee = PersonShape(allow_null=True)
    website = serializers.IntegerField(source="website_id", allow_null=True)
    order = serializers.IntegerField(source="order_id", allow_null=True)
    dispute = serializers.IntegerField(source="dispute_id", allow_null=True)
    version = serializers.IntegerField(required=False)
    created_at = InstantField()
    updated_at = InstantField()
    sla = ClocksField(required=False)
    follow_up_of = serializers.IntegerField(source="follow_up_of_id", allow_null=True)
    opened_by_desk = serializers.BooleanField()

    def to_representation(self, instance):
        """What the fields say, written out: boards show a hundred of these, and this is four times as fast."""
        clocks = clocks_of(instance)
        shape = {
            "id": instance.pk,
            "number": instance.number,
            "subject": instance.subject,
            "status": instance.status,
            "priority": instance.priority_word,
            "type": instance.type.slug,
            "channel": instance.channel,
            "tags": instance.tag_list,
            "requester": {"id": instance.requester_id, "name": str(instance.requester)},
            "assignee": instance.assignee and {"id": instance.assignee_id, "name": str(instance.assignee)},
            "website": instance.website_id,
            "order": instance.order_id,
            "dispute": instance.dispute_id,
            "version": instance.version,
            "created_at": utc(instance.created_at),
            "updated_at": utc(instance.updated_at),
            "sla": [{"metric": row.metric, "state": row.state, "due_at": utc(row.due_at)} for row in clocks],
            "follow_up_of": instance.follow_up_of_id,
            "opened_by_desk": instance.opened_by_desk,
        }
        return self.for_caller(shape, instance)


class MessageShape(serializers.Serializer):
    """One entry of a ticket's timeline."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=TicketMessage.Kind.choices)
    author = PersonShape(allow_null=True)
    body = serializers.CharField()
    html = serializers.CharField()
    created_at = InstantField()


class TicketInput(InputSerializer):
    """A new ticket. `requester` is for support staff: a user id, or an email address, which creates a new client.

    `website` is one that you serve or have dealings with. Without it, it is that of the order, else the customer's only
    one, else the agent's only one, else the default website of the installation.

    Of clients and writers a `priority` above normal and `tags` are wishes: they never cause a refusal, and unless the
    website lets them be, the ticket is stored as normal and without tags.

    What staff open for somebody else starts with their own letter, a reply, and owes no first response;
    `opened_by_desk: false` says that the text is the requester's own, as a mail gateway passes it on.
    """

    example = {
        "subject": "Where is my order?",
        "body": "It should be here by now.",
        "priority": "high",
        "tags": ["late"],
    }

    subject = StrictTextField(max_length=MAX_LINE)
    body = StrictTextField(max_length=MAX_BODY)
    priority = serializers.ChoiceField(choices=PRIORITIES, required=False)
    type = StrictTextField(max_length=40, required=False)
    tags = BoundedListField(child=StrictTextField(max_length=TAG_LIMIT), max_length=MAX_TAGS, required=False)
    requester = IdentityOrName(required=False)
    order = IdField(required=False, allow_null=True)
    website = IdField(required=False, allow_null=True)
    opened_by_desk = StrictBooleanField(required=False)

    def to_internal_value(self, data):
        if self.context["desk"] or not isinstance(data, dict):
            return super().to_internal_value(data)
        wished = data.get("tags")
        values = super().to_internal_value({name: value for name, value in data.items() if name != "tags"})
        return values | {"tags": wished} if isinstance(wished, list) else values

    def validate_opened_by_desk(self, value):
        if not self.context["desk"]:
            raise serializers.ValidationError("Only support staff can say who opened a ticket.")
        return value

    def validate_requester(self, value):
        if not self.context["desk"]:
            raise serializers.ValidationError("Only support staff can create tickets for others.")
        return value


class ReleaseInput(VersionInput):
    """Why the ticket is unassigned: shown in its timeline and in the assignment history."""

    example = {"reason": "on leave from tomorrow"}

    reason = StrictTextField(required=False, max_length=REASON_LIMIT)


class AssignInput(VersionInput):
    """The new assignee: a user id, a username, or null to unassign. Agents hand over their own with a reason."""

    example = {"assignee": "agent2", "reason": "handled this customer before"}

    assignee = IdentityOrName(allow_null=True)
    reason = StrictTextField(required=False, max_length=REASON_LIMIT)


class ReplyInput(VersionInput):
    """A public reply, and the new status of the ticket."""

    example = {"body": "It is on its way.", "status": "pending"}

    body = StrictTextField(max_length=MAX_BODY)
    status = serializers.ChoiceField(choices=Status.choices, required=False)


class NoteInput(VersionInput):
    example = {"body": "Called the carrier."}

    body = StrictTextField(max_length=MAX_BODY)


class StatusInput(VersionInput):
    example = {"status": "resolved"}

    status = serializers.ChoiceField(choices=Status.choices)


class PriorityInput(VersionInput):
    example = {"priority": "high"}

    priority = serializers.ChoiceField(choices=PRIORITIES)


class TypeInput(VersionInput):
    example = {"type": "payment"}

    type = StrictTextField(max_length=40)


class EffectQuery(InputSerializer):
    """A change to be; what is left out stays."""

    example = {"priority": "high"}

    priority = serializers.ChoiceField(choices=PRIORITIES, required=False)
    type = StrictTextField(max_length=40, required=False)
    tags = StrictTextField(max_length=2000, required=False)

    def validate_tags(self, value):
        return [word for word in (part.strip() for part in value.split(",")) if word]


class ClockEffectShape(serializers.Serializer):
    """A deadline before and after the change. Null before: the clock starts; null after: no target any longer."""

    metric = serializers.ChoiceField(choices=Metric.choices)
    due_at = InstantField(source="before", allow_null=True)
    due_after = InstantField(source="after", allow_null=True)
    restored = serializers.BooleanField()
    paused = serializers.BooleanField()


class EffectShape(serializers.Serializer):
    """What a change would do: the clocks whose deadline moves."""

    clocks = ClockEffectShape(many=True)


class TagsInput(VersionInput):
    example = {"tags": ["late", "vip"]}

    tags = BoundedListField(child=StrictTextField(max_length=TAG_LIMIT), max_length=MAX_TAGS)
