"""Which calendars there are, and what uses them."""

from django.db.models import QuerySet

from support_management.calendars.models import BusinessCalendar, BusinessCalendarVersion


def all_of_them() -> QuerySet[BusinessCalendar]:
    """By name."""
    return BusinessCalendar.objects.order_by("name", "pk")


def history_of(calendar: BusinessCalendar) -> QuerySet[BusinessCalendarVersion]:
    """Newest first, with who made them."""
    return calendar.versions.select_related("author").order_by("-number")


def is_used(calendar: BusinessCalendar) -> bool:
    """Whether any row but its own versions points at it; whoever adds such a relation is asked, too."""
    pointing = BusinessCalendar._meta.related_objects
    return any(
        one.related_model._base_manager.filter(**{one.field.name: calendar.pk}).exists()  # type: ignore[union-attr]
        for one in pointing
        if one.related_model is not BusinessCalendarVersion
    )
