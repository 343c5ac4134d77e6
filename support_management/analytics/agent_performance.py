"""The performance figures of an agent: load, response time, resolution rate and SLA compliance."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, Sum

from support_management.core.time import now, zone
from support_management.people.models import SupportWorkloadTracker, User
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.models import Ticket

WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Workload:
    """Rates are percentages over the last 30 days; None without anything to count."""

    current_ticket_load: int
    average_response_time_hours: float | None
    resolution_rate_percent: float | None
    tickets_resolved_today: int
    tickets_resolved_this_week: int
    tickets_resolved_this_month: int
    sla_compliance_rate_percent: float | None


def of(agent: User) -> Workload:
    """Five queries, independent of how much the agent has handled. Days, weeks and months are in the agent's zone."""
    moment = now()
    return Workload(
        current_ticket_load=_load(agent),
        average_response_time_hours=_first_response_hours(agent, moment),
        resolution_rate_percent=_resolution_rate(agent, moment),
        sla_compliance_rate_percent=_compliance(agent, moment),
        **_resolved(agent, moment.astimezone(zone(agent.time_zone))),
    )


def tracker_of(agent: User) -> SupportWorkloadTracker:
    """Load and lifetime totals; all zero for a person who has never been an agent."""
    return SupportWorkloadTracker.objects.filter(user=agent).first() or SupportWorkloadTracker(user=agent)


def _load(agent: User) -> int:
    """Units of the open tickets assigned to them."""
    return Ticket.objects.filter(is_open=True, assignee=agent).aggregate(units=Sum("units"))["units"] or 0


def _first_response_hours(agent: User, moment: datetime) -> float | None:
    """Average hours from creation to the first public reply, of the tickets that they first answered in the window.

    Time for which a ticket lay resolved before does not count: nobody waited for an answer.
    """
    duration = ExpressionWrapper(F("first_replied_at") - F("created_at"), output_field=DurationField())
    answered = Ticket.objects.filter(first_replied_by=agent, first_replied_at__gte=moment - WINDOW)
    average = answered.aggregate(waited=Avg(duration), lay=Avg("lay_resolved"))
    waited = average["waited"]
    return None if waited is None else round((waited - average["lay"]).total_seconds() / 3600, 2)


def _resolution_rate(agent: User, moment: datetime) -> float | None:
    """Percentage of the tickets assigned to them in the window that they have resolved."""
    assigned = Ticket.objects.filter(reassignments__to_agent=agent, reassignments__at__gte=moment - WINDOW)
    counts = assigned.aggregate(
        n=Count("pk", distinct=True), done=Count("pk", distinct=True, filter=Q(resolved_by=agent))
    )
    return _percent(counts["done"], counts["n"])


def _compliance(agent: User, moment: datetime) -> float | None:
    ended = OrderDisputeSLA.objects.filter(completed_agent=agent, completed_at__gte=moment - WINDOW)
    counts = ended.aggregate(met=Count("pk", filter=Q(state="met")), breached=Count("pk", filter=Q(state="breached")))
    return _percent(counts["met"], counts["met"] + counts["breached"])


def _resolved(agent: User, local: datetime) -> dict[str, int]:
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    week, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    return Ticket.objects.filter(resolved_by=agent, resolved_at__gte=min(week, month)).aggregate(
        tickets_resolved_today=Count("pk", filter=Q(resolved_at__gte=today)),
        tickets_resolved_this_week=Count("pk", filter=Q(resolved_at__gte=week)),
        tickets_resolved_this_month=Count("pk", filter=Q(resolved_at__gte=month)),
    )


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
