"""Availability intervals, each with its cause, and planned absences."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from support_management.core.fields import InstantField
from support_management.core.time import now
from support_management.events.live_models import LiveModel
from support_management.people.models import SupportAvailability


class AvailabilityInterval(models.Model):
    """A period without a change of an agent's state. Intervals adjoin; the open one has no end."""

    class Cause(models.TextChoices):
        NEW = "new", "Never signed in"
        SAID = "said", "Set manually"
        LEAD = "lead", "Set by a team lead"
        SEEN = "seen", "Active again"
        SILENT = "silent", "No recent activity"
        SIGNED_OUT = "signed_out", "Signed out"
        ABSENCE = "absence", "Planned absence"
        SHIFT = "shift", "Shift"
        PAUSE = "pause", "Assignment paused or resumed"
        STANDING = "standing", "Suspended, deactivated or reactivated"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="availability_intervals")
    state = models.CharField(max_length=8, choices=SupportAvailability.Says)
    available = models.BooleanField()
    why_not = models.CharField(max_length=10, choices=SupportAvailability.WhyNot, blank=True)
    cause = models.CharField(max_length=10, choices=Cause)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at__isnull=True), name="one_open_interval"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")), name="interval_ends_after_it_began"
            ),
        ]
        indexes = [models.Index(fields=["user", "-began_at"], name="intervals_of_agent")]

    def __str__(self):
        return f"{self.user_id} {self.state} {self.began_at:%Y-%m-%d %H:%M}"


class PlannedAbsence(LiveModel):
    """A planned absence of an agent: holiday, training, illness. No automatic assignment during the absence."""

    owner_field = "user_id"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    begins_at = InstantField()
    ends_at = InstantField()
    reason = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta(LiveModel.Meta):
        ordering = ["begins_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="absence_ends_after_it_begins",
                violation_error_message="The end is before the start.",
            )
        ]
        indexes = [models.Index(fields=["user", "ends_at"], name="absences_of_agent")]

    def __str__(self):
        return f"{self.user_id} {self.begins_at:%Y-%m-%d} to {self.ends_at:%Y-%m-%d}"
