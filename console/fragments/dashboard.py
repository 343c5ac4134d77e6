"""The dashboard: an agent's figures, and the team's for leads."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from console import access
from console.fragments.paint import Paint
from console.fragments.queue import TICKET_EVENTS
from console.fragments.registry import Fragment, Part, fragment, pane
from support_management.analytics.models import SupportDashboard
from support_management.events.catalogue import DashboardRefreshed, DisputeAssigned, DisputeMoved
from support_management.people.viewer import Viewer

FIGURE_EVENTS = (*TICKET_EVENTS, DisputeAssigned, DisputeMoved, DashboardRefreshed)
FIGURES = fragment(
    name="dashboard.figures", template="dashboard/_figures.html", dirtied_by=FIGURE_EVENTS, counter=True
)
MEMBER = fragment(
    name="dashboard.member", template="dashboard/_member.html", dirtied_by=FIGURE_EVENTS, counter=True
)


def figures() -> QuerySet[SupportDashboard]:
    """With everything the templates show."""
    return SupportDashboard.objects.select_related("agent", "agent__workload", "agent__support_profile").order_by(
        "agent__name", "agent_id"
    )


def _dirty_agents(which: Fragment, paint: Paint) -> dict[int, SupportDashboard]:
    """A write without a capability names no agent: then everybody's figures may have changed."""
    ids = paint.dirt.of(which, "agent")
    unnamed = bool(paint.dirt.of(which, "ticket") or paint.dirt.of(which, "dispute")) and not ids
    if not ids and not unnamed:
        return {}
    rows = figures() if unnamed else figures().filter(agent__in=ids)
    return paint.once((which.name, unnamed), lambda: {row.agent_id: row for row in rows})


def _own(_viewer: Viewer, agent: str, paint: Paint) -> Iterable[Part]:
    row = _dirty_agents(FIGURES, paint).get(int(agent))
    return [_part(FIGURES, f"dashboard-agent-{agent}-figures", row, paint)] if row else []


def _team(_viewer: Viewer, _arg: str, paint: Paint) -> Iterator[Part]:
    for agent_id, row in _dirty_agents(MEMBER, paint).items():
        yield _part(MEMBER, f"team-agent-{agent_id}", row, paint)


def _part(which: Fragment, element: str, row: SupportDashboard, paint: Paint) -> Part:
    html = paint.html(which, row.agent_id, element, lambda: {"figures": row})
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


pane(name="dashboard", may_see=access.may_see_dashboard, parts=_own)
pane(name="team", may_see=access.may_see_team, parts=_team)
