"""What an agent gets on becoming one."""

from django.db.models import Q, QuerySet

from support_management.core.models import NumberSequence
from support_management.people import roles
from support_management.people.availability.models import AvailabilityInterval
from support_management.people.models import (
    SupportAvailability,
    SupportProfile,
    SupportWorkloadTracker,
    User,
)
from support_management.people.viewer import Viewer


def ensure_agent_rows(user: User) -> SupportProfile | None:
    """Profile, availability and workload tracker for a person who became support or lead. The profile, when new."""
    if user.role not in roles.AGENTS:
        return None
    made = None
    if not SupportProfile.objects.filter(user=user).exists():
        number = NumberSequence.take("agent") - 10_000
        made = SupportProfile.objects.create(user=user, registration_id=f"SUP-{number:05d}")
    _seat(user)
    SupportWorkloadTracker.objects.get_or_create(user=user)
    return made


def _seat(user: User) -> None:
    """Online until they say something else; the first of their intervals begins."""
    row, fresh = SupportAvailability.objects.get_or_create(user=user)
    if fresh:
        facts = {"state": row.state, "available": row.available, "began_at": row.state_since}
        AvailabilityInterval.objects.get_or_create(
            user=user, ended_at=None, defaults=facts | {"cause": AvailabilityInterval.Cause.SAID}
        )


def visible_to(viewer: Viewer) -> QuerySet[SupportProfile]:
    """Leads see the team, agents themselves. With everything a profile shows, in three queries."""
    rows = SupportProfile.objects.select_related("user__workload", "user__availability")
    rows = rows.prefetch_related("websites", "skills__specialization")
    if viewer.is_lead:
        return rows
    return rows.filter(user=viewer.id) if viewer.is_desk else rows.none()


def loads_visible_to(viewer: Viewer) -> QuerySet[SupportWorkloadTracker]:
    """What agents carry, and how much they can: leads see all, agents their own. One query."""
    rows = SupportWorkloadTracker.objects.select_related("user__support_profile").filter(
        user__support_profile__isnull=False
    )
    if viewer.is_lead:
        return rows
    return rows.filter(user=viewer.id) if viewer.is_desk else rows.none()


def ensure_all_agent_rows() -> None:
    """After a bulk write of people: whoever lacks the rows of an agent gets them."""
    lacking = Q(support_profile__isnull=True) | Q(availability__isnull=True) | Q(workload__isnull=True)
    for user in User.objects.filter(lacking, role__in=roles.AGENTS):
        ensure_agent_rows(user)
