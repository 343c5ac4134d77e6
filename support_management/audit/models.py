"""The audit: actor, action, object and origin of each change, and the values of each written row. Append-only."""

import json

from django.conf import settings
from django.db import models

from support_management.core.append_only import AppendOnly
from support_management.core.time import now

OUTSIDE = "outside"
"""The door of a client of the database that is not the product."""


class SupportActionLog(AppendOnly):
    """One action. `before` and `after` hold the changed values; without `object_id` it is a bulk write of the kind.

    `version`: of the object after the action, where it is known.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=True
    )
    verb = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(null=True, editable=False)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    door = models.CharField(max_length=10)
    request_id = models.CharField(max_length=64, blank=True)
    ip = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(AppendOnly.Meta):
        indexes = [
            models.Index(fields=["object_kind", "object_id", "id"], name="audit_of_object"),
            models.Index(
                fields=["actor", "object_id"],
                name="order_moves_of_actor",
                condition=models.Q(object_kind="order", verb="status"),
            ),
        ]
        verbose_name = "audit log entry"
        verbose_name_plural = "audit log"

    def __str__(self):
        return f"{self.verb} {self.object_kind} {self.object_id}"

    @property
    def actor_name(self) -> str:
        """The user, or the system and its entry point."""
        return str(self.actor) if self.actor_id else f"system ({self.door})"


class RecordChangeLog(AppendOnly):
    """One written row of an audited table, with the values that changed. Written by triggers of the database only.

    `audit.audited` lists the tables and says which values are kept; of other texts there is `{"chars": length}`. The
    door is "outside" for a client of the database that is not the product. Nothing else must be able to stop a write,
    so the actor is no foreign key of the database.
    """

    class Operation(models.TextChoices):
        INSERT = "insert", "Added"
        UPDATE = "update", "Changed"
        DELETE = "delete", "Deleted"

    object_kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    operation = models.CharField(max_length=6, choices=Operation)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    door = models.CharField(max_length=10)
    request_id = models.CharField(max_length=64, blank=True)
    cause = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(default=now)

    class Meta(AppendOnly.Meta):
        indexes = [models.Index(fields=["object_kind", "object_id", "id"], name="changes_of_object")]
        verbose_name = "record change"

    def __str__(self):
        return f"{self.operation} {self.object_kind} {self.object_id}"

    @property
    def actor_name(self) -> str:
        """The user, "outside", or the system and its entry point."""
        if self.actor_id:
            return str(self.actor)
        return self.door if self.door == OUTSIDE else f"system ({self.door})"

    @property
    def values(self) -> list[tuple[str, str, str]]:
        """Each changed column with its value before and after as people read them."""
        names = {**self.before, **self.after}
        return [(name, _shown(self.before.get(name)), _shown(self.after.get(name))) for name in names]


def _shown(value: object) -> str:
    if isinstance(value, dict) and set(value) == {"chars"}:
        return f"text of {value['chars']} characters"
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
