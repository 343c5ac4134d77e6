"""Profile, availability and workload rows of agents."""

from django.db.models import BigIntegerField, Max, Q, QuerySet
from django.db.models.functions import Cast, Substr

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

PREFIX, FIRST_NUMBER = "SUP-", 10_000
"""A registration id is the prefix and the number of the sequence, counted from the first."""


def highest_number() -> int:
    """The highest number of the sequence "agent" that is a registration id; 0 without agents."""
    ids = SupportProfile.objects.filter(registration_id__regex=rf"^{PREFIX}[0-9]{{1,15}}$")
    number = Cast(Substr("registration_id", len(PREFIX) + 1), BigIntegerField())
    highest = ids.aggregate(at=Max(number))["at"]
    return 0 if highest is None else highest + FIRST_NUMBER


def ensure_agent_rows(user: User) -> SupportProfile | None:
    """Create the missing profile, availability and workload rows of an agent. Returns the profile if it is new."""
    if user.role not in roles.AGENTS:
        return None
    new_profile = None
    if not SupportProfile.objects.filter(user=user).exists():
        number = NumberSequence.take("agent") - FIRST_NUMBER
        new_profile = SupportProfile.objects.create(user=user, registration_id=f"{PREFIX}{number:05d}")
    _ensure_availability(user)
    SupportWorkloadTracker.objects.get_or_create(user=user)
    return new_profile


def _ensure_availability(user: User) -> None:
    """Availability starts as offline, with its first interval, until the agent is seen by `availability.service`."""
    row, created = SupportAvailability.objects.get_or_create(user=user)
    if created:
        fields = {"state": row.state, "available": row.available, "why_not": row.why_not, "began_at": row.state_since}
        AvailabilityInterval.objects.get_or_create(
            user=user, ended_at=None, defaults=fields | {"cause": AvailabilityInterval.Cause.NEW}
        )


def visible_to(viewer: Viewer) -> QuerySet[SupportProfile]:
    """Leads see all profiles, agents their own, with all relations a profile shows. Three queries."""
    rows = SupportProfile.objects.select_related("user__workload", "user__availability")
    rows = rows.prefetch_related("websites", "skills__specialization")
    if viewer.is_lead:
        return rows
    return rows.filter(user=viewer.id) if viewer.is_desk else rows.none()


def loads_visible_to(viewer: Viewer) -> QuerySet[SupportWorkloadTracker]:
    """Load and capacity of agents: leads see all, agents their own. One query."""
    rows = SupportWorkloadTracker.objects.select_related("user__support_profile", "user__dashboard").filter(
        user__support_profile__isnull=False
    )
    if viewer.is_lead:
        return rows
    return rows.filter(user=viewer.id) if viewer.is_desk else rows.none()


def ensure_all_agent_rows() -> None:
    """Create the missing rows of all agents, after a bulk write of people."""
    lacking = Q(support_profile__isnull=True) | Q(availability__isnull=True) | Q(workload__isnull=True)
    for user in User.objects.filter(lacking, role__in=roles.AGENTS):
        ensure_agent_rows(user)
