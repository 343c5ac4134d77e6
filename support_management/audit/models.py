"""Who did what, to what, from where. Rows are only ever added."""

from django.conf import settings
from django.db import models

from support_management.core.errors import NotAllowed


class SupportActionLog(models.Model):
    """One action. `before` and `after` hold what changed."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=True
    )
    verb = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    door = models.CharField(max_length=10)
    request_id = models.CharField(max_length=64, blank=True)
    ip = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["object_kind", "object_id", "id"], name="audit_of_object")]
        verbose_name = "action"

    def __str__(self):
        return f"{self.verb} {self.object_kind} {self.object_id}"

    def save(self, *args, **options):
        if not self._state.adding:
            raise NotAllowed("append_only", "The audit is only ever added to.")
        super().save(*args, **options)

    def delete(self, *args, **options):
        raise NotAllowed("append_only", "The audit is only ever added to.")
