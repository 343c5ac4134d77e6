"""The dashboard figures of agents: counted in one query, updated by handlers, checked by a periodic task."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from support_management.analytics.models import DashboardDrift, SupportDashboard
from support_management.audit.models import SupportActionLog
from support_management.core.time import now, zone
from support_management.disputes.models import Dispute, DisputeResolutionLog
from support_management.events.bus import publish, publish_all
from support_management.events.catalogue import DashboardRefreshed
from support_management.people.models import User
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.models import Ticket

log = logging.getLogger(__name__)
SLA_WINDOW = timedelta(days=30)
TIMED = ("overdue", "resolved_today", "sla_met", "sla_breached")
"""Figures that also change as time passes: correcting them is not drift."""

_FIGURES = {
    "tickets_handled": "SELECT COUNT(*) FROM {ticket} WHERE resolved_by_id = %(agent)s AND resolved_at IS NOT NULL",
    "tickets_pending": "SELECT COUNT(*) FROM {ticket} WHERE {open} AND assignee_id = %(agent)s",
    "overdue": "SELECT COUNT(*) FROM {ticket} WHERE {open} AND assignee_id = %(agent)s AND next_due_at < %(now)s",
    "flagged": "SELECT COUNT(*) FROM {ticket} WHERE {open} AND assignee_id = %(agent)s AND priority = 1",
    "resolved_today": "SELECT COUNT(*) FROM {ticket} WHERE resolved_by_id = %(agent)s AND resolved_at >= %(midnight)s",
    "disputes_open": "SELECT COUNT(*) FROM {dispute} WHERE {open} AND assignee_id = %(agent)s",
    "disputes_handled": "SELECT COUNT(DISTINCT dispute_id) FROM {decision} WHERE decided_by_id = %(agent)s",
    "orders_managed": (
        "SELECT COUNT(*) FROM (SELECT object_id FROM {audit} WHERE actor_id = %(agent)s AND object_kind = 'order'"
        " AND verb = 'status' UNION SELECT order_id FROM {decision} JOIN {dispute} ON {dispute}.id = dispute_id"
        " WHERE decided_by_id = %(agent)s) AS orders"
    ),
    "sla_met": (
        "SELECT COUNT(*) FROM {clock} WHERE completed_agent_id = %(agent)s"
        " AND completed_at >= %(window)s AND state = 'met'"
    ),
    "sla_breached": (
        "SELECT COUNT(*) FROM {clock} WHERE completed_agent_id = %(agent)s"
        " AND completed_at >= %(window)s AND state = 'breached'"
    ),
}
_TABLES: dict[str, type[Model]] = {
    "ticket": Ticket,
    "dispute": Dispute,
    "decision": DisputeResolutionLog,
    "audit": SupportActionLog,
    "clock": OrderDisputeSLA,
}


@cache
def statement(vendor: str) -> str:
    """All figures in one SELECT. `open` is written as in the partial indexes, else SQLite does not use them."""
    names = {name: model._meta.db_table for name, model in _TABLES.items()}
    names["open"] = "is_open = 1" if vendor == "sqlite" else "is_open"
    return ("SELECT " + ", ".join(f"({query})" for query in _FIGURES.values())).format(**names)


def count(agent: User) -> dict[str, int]:
    """The current figures of an agent, by name."""
    moment = now()
    local = moment.astimezone(zone(agent.time_zone))
    parameters = {
        "agent": agent.pk,
        "now": stored(moment),
        "midnight": stored(local.replace(hour=0, minute=0, second=0, microsecond=0)),
        "window": stored(moment - SLA_WINDOW),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement(connection.vendor), parameters)
        return dict(zip(_FIGURES, cursor.fetchone(), strict=True))


def of(agent: User) -> SupportDashboard:
    """The stored figures of an agent; counted now for a person without a dashboard."""
    stored_figures = SupportDashboard.objects.select_related("agent").filter(agent=agent).first()
    return stored_figures or SupportDashboard(agent=agent, **count(agent))


def refresh(*agent_ids: int) -> None:
    """Recalculate the figures of these agents in the caller's transaction; writes only what differs."""
    for row in _locked(agent_ids) if agent_ids else ():
        _update(row)


def refresh_and_publish(*agent_ids: int) -> None:
    """Recalculate, and update the screens, after a write that publishes no other event for these agents."""
    refresh(*agent_ids)
    publish_all([DashboardRefreshed(agent_id=agent_id) for agent_id in agent_ids])


def recalculate(agent_id: int) -> SupportDashboard | None:
    """Recalculate on request and update the screens, even if no figure changed. None without a dashboard."""
    with transaction.atomic():
        row = next(iter(_locked([agent_id])), None)
        if row is not None:
            SupportDashboard.objects.filter(pk=row.pk).update(**count(row.agent), updated_at=now())
            publish(DashboardRefreshed(agent_id=agent_id))
            row.refresh_from_db()
    return row


def check_all() -> int:
    """The periodic refresh. Figures that handlers failed to update are logged as drift. Returns how many."""
    drifts = 0
    for pk in list(SupportDashboard.objects.values_list("pk", flat=True)):
        with transaction.atomic():
            row = SupportDashboard.objects.select_related("agent").select_for_update(of=("self",)).filter(pk=pk).first()
            if row is None:
                continue
            before = {name: getattr(row, name) for name in _FIGURES}
            if not _update(row):
                continue
            publish(DashboardRefreshed(agent_id=row.agent_id))
            drifted = [name for name in _FIGURES if name not in TIMED and before[name] != getattr(row, name)]
            if drifted:
                drifts += 1
                after = {name: getattr(row, name) for name in drifted}
                DashboardDrift.objects.create(
                    agent=row.agent, before={name: before[name] for name in drifted}, after=after
                )
                log.warning("dashboard drift agent=%s before=%s after=%s", row.agent_id, before, after)
    return drifts


def drifted() -> Iterator[tuple[int, str, int, int]]:
    """Figures that handlers failed to update: agent, name, stored, counted. Reads only."""
    for row in SupportDashboard.objects.select_related("agent").order_by("agent"):
        for name, counted in count(row.agent).items():
            if name not in TIMED and getattr(row, name) != counted:
                yield row.agent_id, name, getattr(row, name), counted


def create_for(user: User) -> None:
    """Create the dashboard of a person who has become an agent."""
    if user.is_agent:
        SupportDashboard.objects.get_or_create(agent=user)


def create_missing() -> None:
    """Create missing dashboards after a bulk write of people."""
    for user in User.objects.filter(role__in=["support", "lead"], dashboard__isnull=True):
        create_for(user)


def _locked(agent_ids) -> QuerySet[SupportDashboard]:
    """Rows locked before counting, so that a process that waits for the lock counts what the other has committed."""
    rows = SupportDashboard.objects.filter(agent__in=agent_ids).select_related("agent").order_by("agent")
    return rows.select_for_update(of=("self",))


def _update(row: SupportDashboard) -> bool:
    """Store the current figures. False when nothing differs."""
    figures = count(row.agent)
    if all(getattr(row, name) == value for name, value in figures.items()):
        return False
    SupportDashboard.objects.filter(pk=row.pk).update(**figures, updated_at=now())
    for name, value in figures.items():
        setattr(row, name, value)
    return True


def stored(moment: datetime):
    """An instant as the database stores it, for a raw query."""
    return connection.ops.adapt_datetimefield_value(moment)
