"""Preview of routing for unassigned work: who would get it and why, free capacity, estimated wait."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Count, F, Max, Min, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from support_management.core.time import DUE_SOON, now
from support_management.disputes.models import Dispute
from support_management.people import agents
from support_management.routing.engine.ranking import Decision, choose
from support_management.routing.inputs import snapshot
from support_management.routing.models import ReassignmentLog
from support_management.tickets import queries
from support_management.tickets.models import Ticket

LATELY = timedelta(hours=4)
"""Time over which recent assignments are counted: a few at once must not halve the estimate."""
SHORTEST_SPAN = timedelta(hours=1)
"""The pace of a day that has just begun is taken over this time at least."""
MIN_ASSIGNMENTS = 3
"""Minimum assignments within `LATELY` for an estimate of the wait."""
_STEPS = ((timedelta(hours=1), timedelta(minutes=5)), (timedelta(hours=6), timedelta(minutes=15)))
_COARSEST_STEP = timedelta(hours=1)
"""How exact an estimate is, by its length."""


@dataclass(frozen=True, slots=True)
class RoutingPreview:
    """A piece of work and its routing decision now. `changes_at`: when time alone changes the decision."""

    work: Ticket | Dispute
    decision: Decision
    changes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FreeCapacity:
    """Available agents with free capacity, all agents who can own work, and tickets assigned since `since`."""

    free: int
    total: int
    lately: int
    since: datetime | None = None

    def wait_of(self, waiting: int) -> timedelta | None:
        """Estimated wait of the last of `waiting` tickets at the pace of the last hours, rounded; None: unknown."""
        if self.lately < MIN_ASSIGNMENTS or self.since is None:
            return None
        span = max(SHORTEST_SPAN, now() - self.since)
        return _rounded(span * waiting / self.lately)


def _rounded(wait: timedelta) -> timedelta:
    step = next((step for limit, step in _STEPS if wait < limit), _COARSEST_STEP)
    return max(1, round(wait / step)) * step if wait else wait


def first(limit: int) -> list[RoutingPreview]:
    """The first unassigned tickets in work order, each previewed on its own."""
    return _previews(list(_unassigned(snapshot.read_tickets()).order_by(*queries.WORK_ORDER)[:limit]))


def unassigned_counts() -> tuple[int, int]:
    """Number of unassigned tickets, and how many of them are due soon (`DUE_SOON`)."""
    moment = now()
    soon = Count("pk", filter=Q(next_due_at__gte=moment, next_due_at__lte=moment + DUE_SOON))
    counts = _unassigned(Ticket.objects.all()).aggregate(total=Count("pk"), soon=soon)
    return counts["total"], counts["soon"]


def of(work: Ticket | Dispute) -> RoutingPreview:
    """Who else could get this piece of work now; its current owner is ignored."""
    if isinstance(work, Ticket):
        return _previews(list(snapshot.read_tickets().filter(pk=work.pk)))[0]
    return _previews(list(snapshot.read_disputes().filter(pk=work.pk)))[0]


def _unassigned(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return rows.filter(is_open=True, assignee__isnull=True)


def _previews(rows: list[Ticket] | list[Dispute]) -> list[RoutingPreview]:
    """Decisions as if the work were unassigned, without its current owner."""
    agents_now = snapshot.agents() if rows else []
    previews = []
    for row, item in zip(rows, snapshot.work_items(rows), strict=True):
        others = [agent for agent in agents_now if agent.id != item.work.owner]
        decision = choose(replace(item.work, owner=None), others)
        previews.append(RoutingPreview(cast("Ticket | Dispute", row), decision, item.changes_at))
    return previews


def free_capacity() -> FreeCapacity:
    """Free capacity of the whole team now. One query."""
    # Written so that no database uses the index on `from_agent`: most assignments have no previous owner.
    assigned = ReassignmentLog.objects.annotate(previous=Coalesce("from_agent_id", 0)).filter(
        at__gt=now() - LATELY, previous=0, ticket__isnull=False, to_agent__isnull=False
    )
    all_of_them = assigned.order_by().annotate(one=Value(1)).values("one")
    counted = all_of_them.annotate(n=Count("pk")).values("n")
    first_at = all_of_them.annotate(first=Min("at")).values("first")
    free = Q(availability__available=True, workload__load__lt=F("support_profile__capacity"))
    people = agents.owners().order_by().annotate(assigned=Coalesce(Subquery(counted), 0), first_at=Subquery(first_at))
    counts = people.aggregate(
        total=Count("pk"), free=Count("pk", filter=free), lately=Max("assigned"), since=Max("first_at")
    )
    return FreeCapacity(counts["free"], counts["total"], counts["lately"] or 0, counts["since"])
