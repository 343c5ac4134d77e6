"""The audit log: actor, action, object and origin of each change. Append-only."""

from django.conf import settings
from django.db import models

from support_management.core.append_only import AppendOnly


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
