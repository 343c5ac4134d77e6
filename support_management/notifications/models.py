"""What somebody should know."""

from django.conf import settings
from django.db import models

from support_management.events.live import LiveModel


class SupportNotification(LiveModel):
    """A sentence for a person, with a link to the place."""

    class Priority(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"
        CRITICAL = "critical", "Critical"

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.MEDIUM)
    text = models.CharField(max_length=300)
    link = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(LiveModel.Meta):
        indexes = [models.Index(fields=["recipient", "-id"], name="notification_of_person")]
        verbose_name = "notification"

    def __str__(self):
        return self.text

    @property
    def read(self) -> bool:
        return self.read_at is not None
