"""What is read of changes of hands, and who may see which."""

from datetime import datetime

from django.db.models import Q, QuerySet

from support_management.people.viewer import Viewer
from support_management.routing.models import ReassignmentLog


def visible_to(viewer: Viewer) -> QuerySet[ReassignmentLog]:
    """Leads all; agents what came to them, went from them, or was their doing."""
    rows = ReassignmentLog.objects.all()
    if viewer.is_lead:
        return rows
    return rows.filter(_of(viewer.id) | Q(by=viewer.id)) if viewer.is_desk else rows.none()


def narrowed(
    rows: QuerySet[ReassignmentLog],
    *,
    agent: int | None = None,
    cause: str = "",
    ticket: int | None = None,
    dispute: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[ReassignmentLog]:
    """Only what came to or went from this agent, has this cause, is about this work, or happened then."""
    facts = {"cause": cause or None, "ticket": ticket, "dispute": dispute, "at__gte": since, "at__lt": until}
    found = rows.filter(**{name: value for name, value in facts.items() if value is not None})
    return found.filter(_of(agent)) if agent is not None else found


def for_rows(rows: QuerySet[ReassignmentLog]) -> QuerySet[ReassignmentLog]:
    """With everything a row shows, in the same query; the newest first."""
    return rows.select_related("ticket", "dispute", "from_agent", "to_agent", "by").order_by("-at", "-id")


def _of(agent_id: int) -> Q:
    return Q(from_agent=agent_id) | Q(to_agent=agent_id)
