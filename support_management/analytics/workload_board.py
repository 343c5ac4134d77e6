"""The workload board: load, queues, urgency and availability of each agent, and totals per group."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from support_management.analytics.models import SupportDashboard
from support_management.core.keyset import ID, IntegerPart, Keyset, NamePart
from support_management.core.time import DUE_SOON, now
from support_management.disputes.models import Dispute
from support_management.people.models import SupportAvailability, SupportProfile
from support_management.tickets.models import Ticket, TicketType

GROUPS = {"online": "Online", "away": "Away", "offline": "Offline"}
NAMED = 3
"""Queues with a part of their own in a bar; disputes are another part, all other queues together the last."""
DISPUTES, OTHER = "Disputes", "Other"
KEYSET = Keyset[int, str, int](IntegerPart(highest=99_999, width=5), NamePart(), ID)
_GROUP_OF = {"online": "online", "away": "away", "break": "away", "offline": "offline"}
_ACTIVE = Q(agent__is_active=True, agent__support_profile__status=SupportProfile.Status.ACTIVE)
_HOLDS = Q(tickets_pending__gt=0) | Q(disputes_open__gt=0)


@dataclass(frozen=True, slots=True)
class OpenWorkUrgency:
    """Urgency of open work: creation of the oldest, and how many are due within 30 minutes or overdue."""

    oldest_at: datetime | None = None
    due_soon: int = 0
    late: int = 0

    def __add__(self, other: "OpenWorkUrgency") -> "OpenWorkUrgency":
        oldest = min((at for at in (self.oldest_at, other.oldest_at) if at), default=None)
        return OpenWorkUrgency(oldest, self.due_soon + other.due_soon, self.late + other.late)


@dataclass(frozen=True, slots=True)
class AgentRow:
    """The row of an agent. `parts` are units by name of the part, in the order of the legend."""

    figures: SupportDashboard
    parts: tuple[tuple[str, int], ...] = ()
    pressing: OpenWorkUrgency = OpenWorkUrgency()

    @property
    def agent(self):
        return self.figures.agent

    @property
    def availability(self) -> SupportAvailability | None:
        return getattr(self.agent, "availability", None)

    @property
    def active(self) -> bool:
        """Whether work can be assigned to them at all, automatically or manually."""
        profile: SupportProfile | None = getattr(self.agent, "support_profile", None)
        return self.agent.is_active and profile is not None and profile.status == SupportProfile.Status.ACTIVE

    @property
    def group(self) -> str:
        state = self.availability.state if self.availability and self.active else "offline"
        return _GROUP_OF[state]

    @property
    def in_team(self) -> bool:
        """Active agents, and others who still have open work, so that it is not forgotten."""
        return self.active or bool(self.figures.tickets_pending or self.figures.disputes_open)

    @property
    def order_key(self) -> str:
        """The fullest first, then by name."""
        full = 1000 * self.figures.load // max(1, self.figures.capacity)
        return KEYSET.encode(99_999 - min(full, 99_999), str(self.agent), self.agent.pk)


@dataclass(frozen=True, slots=True)
class TeamTotals:
    """Totals of a group: agents, their load and their capacity in units."""

    agents: int = 0
    load: int = 0
    capacity: int = 0

    def __add__(self, other: "TeamTotals") -> "TeamTotals":
        return TeamTotals(self.agents + other.agents, self.load + other.load, self.capacity + other.capacity)


def legend() -> list[str]:
    """Names of the parts in order."""
    named = TicketType.objects.order_by("position", "name").values_list("name", flat=True)[:NAMED]
    return [*named, DISPUTES, OTHER]


def members(ids: Iterable[int] | None = None) -> list[AgentRow]:
    """The rows of these agents, by default of all, including former ones. Few queries for any number."""
    rows = SupportDashboard.objects.select_related(
        "agent__availability", "agent__workload", "agent__support_profile"
    ).prefetch_related("agent__support_profile__skills__specialization")
    rows = rows if ids is None else rows.filter(agent__in=list(ids))
    by_agent = {row.agent_id: AgentRow(row) for row in rows.order_by("agent")}
    names = legend()
    units: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(names, 0))
    for agent_id, name, carried, pressing in _open_work_of(list(by_agent)):
        units[agent_id][name if name in names else OTHER] += carried
        by_agent[agent_id] = replace(by_agent[agent_id], pressing=by_agent[agent_id].pressing + pressing)
    return [replace(row, parts=tuple(units[pk].items())) for pk, row in by_agent.items()]


def _open_work_of(agent_ids: list[int]) -> Iterable[tuple[int, str, int, OpenWorkUrgency]]:
    """(agent id, part, units, urgency) of their open work."""
    for rows, name in ((Ticket.objects, F("type__name")), (Dispute.objects, Value(DISPUTES))):
        # The sum keeps databases from the index on owners, which would read all work that these ever had.
        work = rows.annotate(owner=F("assignee_id") + 0).filter(is_open=True, owner__in=agent_ids).order_by()
        for row in work.annotate(part=name).values("assignee_id", "part").annotate(**_figures()):
            yield (
                row["assignee_id"],
                row["part"],
                row["carried"],
                OpenWorkUrgency(row["born"], row["soon"], row["late"]),
            )


def _figures() -> dict:
    moment = now()
    return {
        "carried": Sum("units"),
        "born": Min("created_at"),
        "soon": Count("pk", filter=Q(next_due_at__gte=moment, next_due_at__lte=moment + DUE_SOON)),
        "late": Count("pk", filter=Q(next_due_at__lt=moment)),
    }


def sums() -> dict[str, TeamTotals]:
    """The totals of each group. One query."""
    totals = dict.fromkeys(GROUPS, TeamTotals())
    group = Case(
        *(When(_ACTIVE, agent__availability__state=state, then=Value(slug)) for state, slug in _GROUP_OF.items()),
        default=Value("offline"),
    )
    load, capacity = Coalesce(Sum("agent__workload__load"), 0), Coalesce(Sum("agent__support_profile__capacity"), 0)
    rows = SupportDashboard.objects.filter(_ACTIVE | _HOLDS).order_by().annotate(group=group).values_list("group")
    for slug, *figures in rows.annotate(n=Count("pk"), carried=load, room=capacity):
        totals[slug] = TeamTotals(*figures)
    return totals


def held(agent_id: int, *, most: int) -> tuple[list[Ticket], list[Dispute]]:
    """The open work of an agent in work order, at most `most` tickets and `most` disputes."""
    assigned = {"is_open": True, "assignee": agent_id}
    tickets = ticket_lines().filter(**assigned).order_by("priority", "next_due_at", "id")
    disputes = dispute_lines().filter(**assigned).order_by("priority", "next_due_at", "id")
    return list(tickets[:most]), list(disputes[:most])


def ticket_lines() -> QuerySet[Ticket]:
    """Tickets with everything that a line of assigned work shows."""
    return Ticket.objects.select_related("type", "requester", "assignee")


def dispute_lines() -> QuerySet[Dispute]:
    """Disputes with everything that a line of assigned work shows."""
    return Dispute.objects.select_related("order__client", "assignee")
