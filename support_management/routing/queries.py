"""Queries on the assignment history, and who may see which rows."""

from datetime import datetime

from django.db.models import Q, QuerySet

from support_management.people.viewer import Viewer
from support_management.routing.models import ReassignmentLog


def visible_to(viewer: Viewer) -> QuerySet[ReassignmentLog]:
    """Leads see all rows; agents see changes to them, from them or by them."""
    rows = ReassignmentLog.objects.all()
    if viewer.is_lead:
        return rows
    return rows.filter(_of(viewer.id) | Q(by=viewer.id)) if viewer.is_desk else rows.none()


def unchecked() -> QuerySet[ReassignmentLog]:
    """All changes of an assignee, for callers who check each one: a fragment is painted once for several viewers."""
    return ReassignmentLog.objects.all()


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
    """Filter by agent (to or from), cause, work and time: `since` inclusive, `until` exclusive."""
    filters = {"cause": cause or None, "ticket": ticket, "dispute": dispute, "at__gte": since, "at__lt": until}
    narrowed_rows = rows.filter(**{name: value for name, value in filters.items() if value is not None})
    return narrowed_rows.filter(_of(agent)) if agent is not None else narrowed_rows


def for_rows(rows: QuerySet[ReassignmentLog]) -> QuerySet[ReassignmentLog]:
    """Rows with all relations that lists show, newest first, in one query."""
    return rows.select_related("ticket", "dispute", "from_agent", "to_agent", "by").order_by("-at", "-id")


def _of(agent_id: int) -> Q:
    return Q(from_agent=agent_id) | Q(to_agent=agent_id)
