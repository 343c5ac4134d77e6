"""Calendars as they are now, and every version that was ever in force."""

from datetime import datetime

from django.conf import settings
from django.db import models

from support_management.calendars.engine import week
from support_management.calendars.engine.openings import EPOCH
from support_management.core.append_only import AppendOnly
from support_management.core.fields import InstantField
from support_management.core.time import require_zone
from support_management.events.live_models import LiveModel

BEGINNING: datetime = EPOCH
"""The first version of a calendar also holds for the time before anybody wrote it down."""
FACTS = ("time_zone", "hours", "holidays", "holiday_country")
"""What working time depends on: a change of any of them makes a new version."""


def closed() -> dict:
    """A week without hours."""
    return week.read({})


class CalendarFacts(models.Model):
    """The week on the wall clocks of a zone, own holidays as ISO dates, and a country's holidays ("" for none)."""

    time_zone = models.CharField(max_length=64, default="UTC", validators=[require_zone])
    hours = models.JSONField(default=closed)
    holidays = models.JSONField(default=list, blank=True)
    holiday_country = models.CharField(max_length=2, blank=True)

    class Meta:
        abstract = True

    def facts(self) -> dict:
        return {name: getattr(self, name) for name in FACTS}


class BusinessCalendar(CalendarFacts, LiveModel):
    """When a promise's time runs, as it was last saved. What was in force when is in its versions."""

    name = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(LiveModel.Meta):
        verbose_name = "business calendar"
        ordering = ["name"]

    def __str__(self):
        return self.name


class BusinessCalendarVersion(CalendarFacts, AppendOnly):
    """What a calendar said from `effective_from` on, until the next version."""

    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.CASCADE, related_name="versions")
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
