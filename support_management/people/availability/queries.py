"""Queries on availability, its intervals and planned absences, and who may see them."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import BigAutoField, Prefetch, Q, QuerySet

from support_management.core.time import now
from support_management.people import roles
from support_management.people.availability.models import AvailabilityInterval, PlannedAbsence
from support_management.people.availability.snapshot import agent_snapshots
from support_management.people.models import SupportAvailability
from support_management.people.viewer import Viewer

_LARGEST = BigAutoField.MAX_BIGINT
_WhyNot = SupportAvailability.WhyNot
_ABSENCES = {
    _WhyNot.BREAK: "on a break",
    _WhyNot.OFFLINE: "offline",
    _WhyNot.ABSENT: "absent as planned",
    _WhyNot.OFF_SHIFT: "off shift",
    _WhyNot.AWAY: "away",
    _WhyNot.UNSEEN: "",  # whoever acts is seen
}


def visible_to(viewer: Viewer) -> QuerySet[SupportAvailability]:
    """Leads see all agents, agents themselves, with all relations that are shown. Two queries."""
    coming = Prefetch("user__absences", queryset=absences(), to_attr="coming_absences")
    rows = SupportAvailability.objects.filter(user__role__in=roles.AGENTS, user__is_active=True)
    rows = rows.select_related("user__support_profile__shift", "user__workload").prefetch_related(coming)
    if viewer.is_lead:
        return rows
    return rows.filter(user=viewer.id) if viewer.is_desk else rows.none()


def unchecked() -> QuerySet[SupportAvailability]:
    """All agents, for callers who check each one: a fragment is painted once for several viewers."""
    return SupportAvailability.objects.all()


def of(viewer: Viewer, user_id: int) -> QuerySet[SupportAvailability]:
    """The availability of this agent, if the viewer may see it."""
    return visible_to(viewer).filter(user=user_id) if user_id <= _LARGEST else SupportAvailability.objects.none()


def absence_of(user_id: int) -> str:
    """How this agent is absent, as they see it: "offline", "on a break"; empty while they are online."""
    row = SupportAvailability.objects.filter(user=user_id).only("state", "why_not").first()
    return "" if row is None or row.state == SupportAvailability.Says.ONLINE else _ABSENCES.get(row.why_not, "")


def with_prospects(rows: Iterable[SupportAvailability]) -> list[SupportAvailability]:
    """The same rows with `until` (when the state ends by itself, if known) and `sign_at` (last activity)."""
    availabilities, moment = list(rows), now()
    snapshots = {agent.user_id: agent for agent in agent_snapshots(row.user_id for row in availabilities)}
    for row in availabilities:
        agent = snapshots[row.user_id]
        same = (row.state, row.why_not) == (agent.after.state, agent.after.why_not)
        row.until = agent.after.until if same else None  # type: ignore[attr-defined]
        row.sign_at = min(agent.signals.seen_at, moment) if agent.signals.seen_at else None  # type: ignore[attr-defined]
    return availabilities


def intervals(user_id: int, *, since: datetime | None = None, until: datetime | None = None) -> QuerySet:
    """Availability intervals of an agent that overlap [since, until), oldest first, with who changed them."""
    rows = AvailabilityInterval.objects.filter(user=user_id).select_related("by").order_by("began_at", "pk")
    if since is not None:
        rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since))
    return rows if until is None else rows.filter(began_at__lt=until)


def absences(user_id: int | None = None) -> QuerySet[PlannedAbsence]:
    """Current and future absences, by start."""
    rows = PlannedAbsence.objects.filter(ends_at__gt=now()).order_by("begins_at", "pk")
    return rows if user_id is None else rows.filter(user=user_id)
