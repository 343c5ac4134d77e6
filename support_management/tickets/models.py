"""Tickets, queues, tags, messages and participation."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from support_management.core.errors import Invalid
from support_management.core.folding import fold
from support_management.core.keyset import ID, DatetimePart, IntegerPart, Keyset
from support_management.core.labels import LABEL_LIMIT, label
from support_management.core.numbering import NumberedModel
from support_management.core.priority import PRIORITY_WORDS, Priority
from support_management.core.text import to_html
from support_management.core.time import NEVER, now
from support_management.events.live_models import LiveModel, LiveQuerySet, LiveRecord
from support_management.events.public_changes import PublicChanges
from support_management.people.participation import Participation
from support_management.tickets.status import COUNTS_AS_LOAD, IS_OPEN, Status

WORK_ORDER_KEYSET = Keyset[int, datetime, int](IntegerPart(1, 4, width=1), DatetimePart(), ID)
TIMELINE_KEYSET = Keyset[int](ID)


class TicketType(LiveModel):
    """A queue. Its mode decides whether its tickets are assigned automatically."""

    class Mode(models.TextChoices):
        AUTOMATIC = "automatic", "Automatic"
        PULL = "pull", "Pull"
        MANUAL = "manual", "Manual"

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.PULL)
    weight = models.PositiveSmallIntegerField(default=1, help_text="Load units per ticket.")
    urgent_weight = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Leave empty to use the weight above."
    )
    high_weight = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Leave empty to use the weight above."
    )
    low_weight = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Leave empty to use the weight above."
    )
    position = models.PositiveSmallIntegerField(default=0)
    reply_takes = models.BooleanField(
        "a reply assigns",
        default=True,
        help_text="A reply to an unassigned ticket assigns it to the agent who replies.",
    )

    class Meta(LiveModel.Meta):
        verbose_name = "queue"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=["automatic", "pull", "manual"]), name="type_mode_known")
        ]

    def __str__(self):
        return self.name

    def units(self, priority: int) -> int:
        """Load units of a ticket of this priority."""
        own = {Priority.URGENT: self.urgent_weight, Priority.HIGH: self.high_weight, Priority.LOW: self.low_weight}
        special = own.get(Priority(priority))
        return self.weight if special is None else special


class TagQuerySet(LiveQuerySet):
    """Writes of a name write its folded form as well."""

    def update(self, **values):
        if "name" in values and "folded" not in values:
            values["folded"] = fold(values["name"])
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs, fields, batch_size=None):
        objs, fields = list(objs), list(fields)
        if "name" in fields:
            self.model.before_bulk_create(objs)
            fields.append("folded")
        return super().bulk_update(objs, fields, batch_size)

    bulk_update.alters_data = True  # type: ignore[attr-defined]


class Tag(LiveModel):
    """A plain word on tickets. `folded` makes "VIP" and "vip" one tag, whose name is the spelling that came first."""

    name = models.CharField(max_length=LABEL_LIMIT, unique=True)
    folded = models.CharField(max_length=120, unique=True, editable=False)

    objects = TagQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta(LiveModel.Meta):
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name__contains=","), name="tag_without_comma")]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        try:
            self.name = label(self.name, field="name")
        except Invalid as error:
            raise ValidationError({"name": error.text}) from None
        if type(self).objects.filter(folded=fold(self.name)).exclude(pk=self.pk).exists():
            raise ValidationError({"name": "There is already a tag with this name."})

    def save(self, *args, **options):
        self.before_bulk_create([self])
        if "name" in (options.get("update_fields") or ()):
            options["update_fields"] = {*options["update_fields"], "folded"}
        super().save(*args, **options)

    @classmethod
    def before_bulk_create(cls, rows):
        for row in rows:
            row.folded = fold(row.name)


class Ticket(NumberedModel, PublicChanges, LiveModel):
    """A customer's request, from the first message to closing."""

    public_fields = frozenset(
        {"subject", "status", "priority", "type", "channel", "requester", "assignee", "website", "order", "dispute"}
    )
    owner_field = "assignee_id"
    number_sequence, number_prefix = "ticket", "T"

    class Channel(models.TextChoices):
        PORTAL = "portal", "Portal"
        EMAIL = "email", "Email"
        API = "api", "API"
        INTERNAL = "internal", "Internal"

    subject = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    is_open = models.GeneratedField(
        expression=Q(status__in=IS_OPEN),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    type = models.ForeignKey(TicketType, verbose_name="queue", on_delete=models.PROTECT, related_name="tickets")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PORTAL)
    tags = models.ManyToManyField(Tag, blank=True, related_name="tickets")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requested_tickets")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="assigned_tickets"
    )
    website = models.ForeignKey("Website", null=True, blank=True, on_delete=models.PROTECT, related_name="tickets")
    order = models.ForeignKey("Order", null=True, blank=True, on_delete=models.PROTECT, related_name="tickets")
    dispute = models.ForeignKey("Dispute", null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets")
    units = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Load units counted for the assignee."
    )
    next_due_at = models.DateTimeField(default=NEVER, editable=False)
    due_state = models.CharField(max_length=10, blank=True, editable=False)
    due_metric = models.CharField(max_length=20, blank=True, editable=False)
    opened_by_desk = models.BooleanField(
        default=False, help_text="Its first message is a letter of the desk, so no first response is owed."
    )
    follow_up_of = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="follow_ups"
    )
    first_replied_at = models.DateTimeField(null=True, editable=False)
    first_replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    lay_resolved = models.DurationField(
        default=timedelta, editable=False, help_text="Time for which it was resolved before its first reply."
    )
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(default=now, editable=False)

    class Meta(LiveModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="ticket_status_known"),
            models.CheckConstraint(condition=Q(priority__range=(1, 4)), name="ticket_priority_known"),
        ]
        indexes = [
            models.Index(fields=["priority", "next_due_at", "id"], name="open_by_work", condition=Q(is_open=True)),
            models.Index(
                fields=["assignee", "priority", "next_due_at", "id"], name="open_by_owner", condition=Q(is_open=True)
            ),
            models.Index(fields=["next_due_at", "id"], name="open_by_due", condition=Q(is_open=True)),
            models.Index(
                fields=["type", "priority", "next_due_at", "id"],
                name="waiting_by_queue",
                condition=Q(is_open=True, assignee__isnull=True),
            ),
            # For joins in the order of tickets, which PostgreSQL likes: closed ones are not walked over.
            models.Index(fields=["id"], name="open_by_id", condition=Q(is_open=True)),
            models.Index(fields=["resolved_by", "resolved_at"], name="resolved_by_person"),
            models.Index(fields=["first_replied_by", "first_replied_at"], name="first_reply_of_person"),
            models.Index(fields=["requester", "-id"], name="ticket_of_requester"),
            models.Index(fields=["order", "-id"], name="ticket_of_order"),
            models.Index(fields=["updated_at", "id"], name="ticket_by_update"),
            models.Index(fields=["status", "resolved_at"], name="ticket_to_close"),
        ]

    def __str__(self):
        return f"{self.number} {self.subject}"

    def get_absolute_url(self):
        return reverse("ticket", args=[self.number])

    @property
    def priority_word(self) -> str:
        return PRIORITY_WORDS[self.priority]

    @property
    def due_at(self):
        return None if self.next_due_at >= NEVER else self.next_due_at

    @property
    def order_key(self) -> str:
        """Sorts as work order does: priority, due, age."""
        return WORK_ORDER_KEYSET.encode(self.priority, self.next_due_at, self.pk)

    @property
    def owned_units(self) -> int:
        """Load units of the ticket for an assignee: its queue's weight for its priority; 0 while it needs no work."""
        return self.type.units(self.priority) if self.status in COUNTS_AS_LOAD else 0

    @property
    def reading_place(self) -> str:
        """Where the customer reads replies, with its preposition: nothing is mailed to them."""
        if self.requester.is_desk:
            return "in this console"
        return f"on {self.website}" if self.website else "on the marketplace"

    @property
    def tag_list(self) -> list[str]:
        return [tag.name for tag in self.tags.all()]


class TicketMessage(LiveRecord):
    """One entry of a ticket's timeline. Only ever added."""

    class Kind(models.TextChoices):
        REPLY = "reply", "Reply"
        NOTE = "note", "Internal note"
        REQUESTER = "requester", "Customer"
        SYSTEM = "system", "Event"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta(LiveRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["reply", "note", "requester", "system"]), name="message_kind_known"
            )
        ]
        indexes = [models.Index(fields=["ticket", "id"], name="message_of_ticket")]

    def __str__(self):
        return f"{self.ticket_id} {self.kind} {self.pk}"

    @property
    def html(self) -> str:
        """The text as safe HTML, made when it is shown: what links are is decided for old messages, too."""
        return to_html(self.body)

    @property
    def order_key(self) -> str:
        return TIMELINE_KEYSET.encode(self.pk)


class TicketParticipation(Participation):
    """An agent took part in a ticket: owned it, answered, noted."""

    work_field = "ticket"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="one_participation")]
        indexes = [models.Index(F("user"), F("at"), name="participation_of_user")]
