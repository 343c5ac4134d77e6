"""Notifications, their preferences and the email outbox."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from support_management.core.time import now
from support_management.events.live_models import LiveModel


class SupportNotification(LiveModel):
    """A notification of a person, with a link to the work it is about.

    A person gets one notification per `dedup` key. `on_bell` is False when the person wants it by email only;
    `by_mail`: it was sent as a mail, too.
    """

    owner_field = "recipient_id"

    class Priority(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"
        CRITICAL = "critical", "Critical"

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=40)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.MEDIUM)
    text = models.CharField(max_length=300)
    name = models.CharField(max_length=250, blank=True, help_text="Name of the item when the notification was sent.")
    link = models.CharField(max_length=200, blank=True)
    about_kind = models.CharField(max_length=10, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    dedup = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001  (rows without a key are no duplicates)
    on_bell = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=False, editable=False)
    seen_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(LiveModel.Meta):
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_of_person"),
            models.Index(fields=["recipient", "about_kind", "about_id", "id"], name="notification_about_work"),
            models.Index(
                fields=["recipient", "about_id"], name="notification_unread", condition=Q(on_bell=True, read_at=None)
            ),
            models.Index(fields=["recipient"], name="notification_unseen", condition=Q(on_bell=True, seen_at=None)),
        ]
        constraints = [models.UniqueConstraint(fields=["recipient", "dedup"], name="told_once_per_reason")]
        verbose_name = "notification"

    def __str__(self):
        return self.text

    @property
    def read(self) -> bool:
        return self.read_at is not None

    @property
    def news(self) -> str:
        """The text without the name of the work, which pages show as a heading."""
        rest = self.text.removeprefix(self.name).lstrip(": ") or self.text
        return rest[:1].upper() + rest[1:]


class NoticePreference(models.Model):
    """A person's channels for a kind of notification. Without a row the defaults of the kind apply."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=40)
    bell = models.BooleanField()
    mail = models.BooleanField("e-mail")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_preference_per_kind")]

    def __str__(self):
        return f"{self.person}: {self.kind}"


class MailDuty(models.Model):
    """A mail in the outbox. The row is the state of its delivery; a task sends the rows that are due.

    For a mail that is being sent, `next_try_at` is the end of the sender's claim. `doubts` counts the attempts that
    ended without an answer of the mail server: such a mail is sent again with the same Message-ID.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        UNCERTAIN = "uncertain", "Delivery uncertain, retrying"
        JOINED = "joined", "In a digest"
        DEAD = "dead", "Failed"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="mails")
    address = models.EmailField(blank=True, help_text="Only if the mail goes to someone outside the team.")
    kind = models.CharField(max_length=40)
    about_kind = models.CharField(max_length=10, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=300)
    template = models.CharField(max_length=20, default="notice")
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    doubts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    give_up_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_key = models.UUIDField(default=uuid.uuid4, editable=False)
    error = models.CharField(max_length=300, blank=True)
    joined_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="joined")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], name="mail_due", condition=Q(state__in=["waiting", "sending", "uncertain"])
            ),
            models.Index(fields=["person", "tried_at"], name="mail_of_person"),
        ]
        verbose_name = "email"
        verbose_name_plural = "emails"

    def __str__(self):
        return self.subject
