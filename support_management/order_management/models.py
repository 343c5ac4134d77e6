"""Actions of support on orders, and the messages to the parties that leave when undo is over."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from support_management.core.time import now

UNDO_SECONDS = 10
"""How long an action can be undone, and how long its messages wait."""


class SupportOrderManagement(models.Model):
    """One action on an order: what it changed, why, and by whom. `performed_by` None: the system."""

    class Action(models.TextChoices):
        RESTORE_TO_PROGRESS = "restore_to_progress", "Restore to in progress"
        HOLD = "hold", "Put on hold"
        RELEASE = "release", "Release"
        CANCEL = "cancel", "Cancel"
        MOVE_DEADLINE = "move_deadline", "Move deadline"
        ENABLE_FILES = "enable_files", "Enable files"
        RESTRICT_FILES = "restrict_files", "Restrict files"
        CLOSE_DISPUTE_CLIENT = "close_dispute_client", "Decide dispute for the client"
        CLOSE_DISPUTE_WRITER = "close_dispute_writer", "Decide dispute for the writer"

    class State(models.TextChoices):
        DONE = "done", "Done"
        UNDONE = "undone", "Undone"

    order = models.ForeignKey("Order", on_delete=models.PROTECT, related_name="management_actions")
    action = models.CharField(max_length=24, choices=Action)
    state = models.CharField(max_length=8, choices=State, default=State.DONE)
    performed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="order_actions"
    )
    reason = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True, help_text="Internal note; only the team reads it.")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    order_version = models.PositiveIntegerField(help_text="Version of the order after the action.")
    created_at = models.DateTimeField(default=now, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "order action"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=("done", "undone")), name="order_action_state_known"),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | Q(state="done", undone_at__isnull=True),
                name="undone_order_action_says_when",
            ),
        ]
        indexes = [models.Index(fields=["order", "-id"], name="order_action_of_order")]

    def __str__(self):
        return f"{self.get_action_display()}: {self.order_id}"

    @property
    def undo_until(self):
        return self.created_at + timedelta(seconds=UNDO_SECONDS)


class HeldMessage(models.Model):
    """A message to a party of an order about an action. It leaves at `due_at` unless the action is undone."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        WITHDRAWN = "withdrawn", "Withdrawn"
        FAILED = "failed", "Not sent"

    action = models.ForeignKey(SupportOrderManagement, on_delete=models.PROTECT, related_name="messages")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    ticket = models.ForeignKey("Ticket", null=True, on_delete=models.CASCADE, related_name="+")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "recipient"], name="one_held_message_per_person"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "sent", "withdrawn", "failed")), name="held_message_state_known"
            ),
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="held_message_due", condition=Q(state="waiting"))]

    def __str__(self):
        return f"{self.recipient_id}: {self.state}"
