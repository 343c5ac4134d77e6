"""Stored domain events and the identity of their history."""

import uuid

from django.db import models
from django.db.models import Q

from support_management.core.append_only import AppendOnly


class DomainEvent(AppendOnly):
    """One event, stored in the transaction of its change.

    `pos` is its position in the final order, without gaps within a history: assigned on insert on SQLite (single
    writer) and by the first tail that reads it on PostgreSQL. Readers use only `pos`.
    """

    pos = models.BigIntegerField(null=True, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    payload = models.JSONField()
    actor_id = models.BigIntegerField(null=True)
    door = models.CharField(max_length=10, default="shell")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(AppendOnly.Meta):
        indexes = [
            models.Index(fields=["id"], name="event_unplaced", condition=Q(pos__isnull=True)),
            models.Index(fields=["created_at"], name="event_age"),
        ]

    def __str__(self):
        return f"{self.pos} {self.kind}"


class Epoch(models.Model):
    """The identity of an event history; the newest row is that of the present one.

    A restored database gets a new one, so that browsers reload their state (`support_management/events/history.py`).
    """

    value = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return str(self.value)
