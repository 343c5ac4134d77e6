"""Business calendars and all their versions."""

from datetime import datetime

from django.conf import settings
from django.db import models

from support_management.calendars.engine import weekly_hours
from support_management.calendars.engine.utc_openings import EPOCH
from support_management.core.append_only import AppendOnly
from support_management.core.fields import InstantField
from support_management.core.time import require_zone
from support_management.events.live_models import LiveModel

BEGINNING: datetime = EPOCH
"""The first version of a calendar is also in force for all time before it."""
WORKING_TIME_FIELDS = ("time_zone", "hours", "holidays", "holiday_country")
"""Fields that working time depends on: a change of any of them makes a new version."""


def closed() -> dict:
    """A week without hours."""
    return weekly_hours.read({})


class CalendarFields(models.Model):
    """Weekly hours on the wall clock of a zone, own holidays as ISO dates, and a country's holidays ("" for none)."""

    time_zone = models.CharField(max_length=64, default="UTC", validators=[require_zone])
    hours = models.JSONField(default=closed)
    holidays = models.JSONField(default=list, blank=True)
    holiday_country = models.CharField(max_length=2, blank=True)

    class Meta:
        abstract = True

    def working_time(self) -> dict:
        """The values that working time depends on, by field."""
        return {name: getattr(self, name) for name in WORKING_TIME_FIELDS}


class BusinessCalendar(CalendarFields, LiveModel):
    """A calendar on which SLA time runs, as last saved. Its versions say what is in force when."""

    name = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(LiveModel.Meta):
        verbose_name = "business calendar"
        ordering = ["name"]

    def __str__(self):
        return self.name


class BusinessCalendarVersion(CalendarFields, AppendOnly):
    """The hours and holidays of a calendar from `effective_from` until the next version."""

    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    effective_from = InstantField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta(AppendOnly.Meta):
        verbose_name = "calendar version"
        verbose_name_plural = "calendar versions"
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="version_of_calendar_once")]
        indexes = [models.Index(fields=["calendar", "effective_from", "number"], name="version_in_force")]

    def __str__(self):
        return f"Version {self.number}"
