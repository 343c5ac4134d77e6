"""What happened, in the order in which it became true."""

import uuid

from django.db import models
from django.db.models import Q

from support_management.core.append_only import AppendOnly


class DomainEvent(AppendOnly):
    """One change, stored in the transaction of the change.

    `pos` is its place in the final order: gap-free, given by the single writer on SQLite and by
    whoever tails first on PostgreSQL. Readers know only `pos`.
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
    """The identity of this history. A restored database gets a new one, so that browsers start afresh."""

    value = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return str(self.value)
