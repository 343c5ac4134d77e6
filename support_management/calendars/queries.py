"""Queries for calendars, their versions and their use."""

from django.db.models import QuerySet

from support_management.calendars.models import BusinessCalendar, BusinessCalendarVersion


def all_calendars() -> QuerySet[BusinessCalendar]:
    """All calendars by name."""
    return BusinessCalendar.objects.order_by("name", "pk")


def history_of(calendar: BusinessCalendar) -> QuerySet[BusinessCalendarVersion]:
    """The versions of a calendar, the newest first, with their authors."""
    return calendar.versions.select_related("author").order_by("-number")


def is_used(calendar: BusinessCalendar) -> bool:
    """Whether any row other than its own versions refers to it. Relations added later are covered as well."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: calendar.pk}).exists()  # type: ignore[union-attr]
        for relation in BusinessCalendar._meta.related_objects
        if relation.related_model is not BusinessCalendarVersion
    )
