"""The dashboard: an agent's figures, and the team's for leads."""

from collections.abc import Iterable, Iterator
from functools import partial

from django.db.models import QuerySet

from console import access
from console.fragments import groups
from console.fragments.queue import TICKET_EVENTS
from console.fragments.registry import ALL, Fragment, Part, fragment, pane
from console.fragments.rendering import RenderPass
from support_management.analytics.models import SupportDashboard
from support_management.core.keyset import ID, Keyset, NamePart
from support_management.events.catalogue import DashboardRefreshed, DisputeAssigned, DisputeMoved, OrderMoved
from support_management.people.models import SupportProfile
from support_management.people.viewer import Viewer

FIGURE_EVENTS = (*TICKET_EVENTS, DisputeAssigned, DisputeMoved, OrderMoved, DashboardRefreshed)
FIGURES = fragment(
    name="dashboard.figures", template="dashboard/_figures.html", tag="div", dirtied_by=FIGURE_EVENTS, counter=True
)
MEMBER = fragment(
    name="dashboard.member", template="dashboard/_member.html", tag="tr", dirtied_by=FIGURE_EVENTS, counter=True
)
TEAM_KEYSET = Keyset[str, int](NamePart(), ID)


def shown() -> QuerySet[SupportDashboard]:
    """Dashboards with everything the templates show, by name of the agent."""
    return SupportDashboard.objects.select_related("agent", "agent__workload", "agent__support_profile").order_by(
        "agent__name", "agent_id"
    )


def page_of(viewer: Viewer) -> dict:
    """The viewer's own figures, if any; for leads also the team's."""
    if not viewer.is_lead:
        return {"own": shown().filter(agent=viewer.id).first(), "team": None}
    rows = list(shown())
    team = sorted((member_of(row) for row in rows if in_team(row)), key=lambda member: member["order_key"])
    return {"own": next((row for row in rows if row.agent_id == viewer.id), None), "team": team}


def in_team(row: SupportDashboard) -> bool:
    """Active agents, and everybody else who still has open work."""
    if row.tickets_pending or row.disputes_open:
        return True
    profile = getattr(row.agent, "support_profile", None)
    return row.agent.is_active and profile is not None and profile.status == SupportProfile.Status.ACTIVE


def member_of(row: SupportDashboard) -> dict:
    """A row of the table. Its key sorts the team by name, on the page as in the browser."""
    return {"figures": row, "order_key": TEAM_KEYSET.encode(str(row.agent), row.agent_id)}


def agents_shown_to(viewer: Viewer) -> list[int]:
    """Primary keys of the agents whose figures the viewer sees, ascending."""
    rows = SupportDashboard.objects.all() if viewer.is_lead else SupportDashboard.objects.filter(agent=viewer.id)
    return list(rows.order_by("agent").values_list("agent", flat=True))


def _dirty(fragment: Fragment, paint: RenderPass) -> dict[int, SupportDashboard]:
    """Dashboards that may have changed, by agent."""
    ids = paint.dirt.of(fragment, "agent")
    return paint.once("figures", lambda: _rows(ids)) if ids else {}


def _rows(ids: set[int]) -> dict[int, SupportDashboard]:
    rows = shown() if ALL in ids else shown().filter(agent__in=ids)
    return {row.agent_id: row for row in rows}


def _own(_viewer: Viewer, agent: str, paint: RenderPass) -> Iterable[Part]:
    row = _dirty(FIGURES, paint).get(int(agent))
    if row is None:
        return []
    element = f"dashboard-agent-{agent}-figures"
    html = paint.html(FIGURES, row.agent_id, element, lambda: {"figures": row})
    return [Part(id=element, swap="outerMorph", pos=paint.pos, html=html)]


def _team(_viewer: Viewer, _arg: str, paint: RenderPass) -> Iterator[Part]:
    for agent_id, row in _dirty(MEMBER, paint).items():
        element = f"team-agent-{agent_id}"
        if in_team(row):
            html = paint.html(MEMBER, agent_id, element, partial(member_of, row))
            yield Part(id=element, swap="row", pos=paint.pos, target="team-list", html=html)
        else:
            yield Part(id=element, swap="delete", pos=paint.pos)


pane(name="dashboard", may_see=access.may_see_dashboard, parts=_own, topics=lambda _: {groups.figures()})
pane(name="team", may_see=access.may_see_team, parts=_team, topics=lambda _: {groups.figures()})
