"""Work that waits for an owner: who would get it now and why, who has room, how long the last of it may wait."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Count, F, Max, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from support_management.core.time import DUE_SOON, now
from support_management.disputes.models import Dispute
from support_management.people import agents
from support_management.routing.engine.ranking import Decision, choose
from support_management.routing.inputs import snapshot
from support_management.routing.models import ReassignmentLog
from support_management.tickets import queries
from support_management.tickets.models import Ticket

LATELY = timedelta(hours=1)
BASIS = 3
"""Fewer assignments within `LATELY` say nothing about the next."""


@dataclass(frozen=True, slots=True)
class RoutingPreview:
    """A piece of work and who would get it now. `changes_at`: when time alone changes what it asks for."""

    work: Ticket | Dispute
    decision: Decision
    changes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FreeCapacity:
    """Agents who are there and have room, all who can own work, and how much was handed out in the last hour."""

    free: int
    total: int
    lately: int

    def wait_of(self, waiting: int) -> timedelta | None:
        """How long the last of so many waits if it goes on as in the last hour; None where there is no basis."""
        if not waiting or self.lately < BASIS:
            return None
        return LATELY * waiting / self.lately


def first(most: int) -> list[RoutingPreview]:
    """The first unassigned tickets in work order, each as if it were the only one."""
    return _offers(list(_unassigned(snapshot.read_tickets()).order_by(*queries.WORK_ORDER)[:most]))


def facts() -> tuple[int, int]:
    """How many tickets have no owner, and how many of them fall due within 30 minutes."""
    moment = now()
    soon = Count("pk", filter=Q(next_due_at__gte=moment, next_due_at__lte=moment + DUE_SOON))
    found = _unassigned(Ticket.objects.all()).aggregate(total=Count("pk"), soon=soon)
    return found["total"], found["soon"]


def of(work: Ticket | Dispute) -> RoutingPreview:
    """Who else could have this piece of work now; whose it is does not count."""
    if isinstance(work, Ticket):
        return _offers(list(snapshot.read_tickets().filter(pk=work.pk)))[0]
    return _offers(list(snapshot.read_disputes().filter(pk=work.pk)))[0]


def _unassigned(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return rows.filter(is_open=True, assignee__isnull=True)


def _offers(rows: list[Ticket] | list[Dispute]) -> list[RoutingPreview]:
    """As if nobody had it: who has it is not asked."""
    people = snapshot.agents() if rows else []
    found = []
    for row, case in zip(rows, snapshot.cases(rows), strict=True):
        others = [one for one in people if one.id != case.work.owner]
        found.append(
            RoutingPreview(
                cast("Ticket | Dispute", row), choose(replace(case.work, owner=None), others), case.changes_at
            )
        )
    return found


def room() -> FreeCapacity:
    """Now, for the whole desk. One read."""
    # Said so that no database takes the index on `from_agent`: most work ever handed out came from nobody.
    handed = ReassignmentLog.objects.annotate(left=Coalesce("from_agent_id", 0)).filter(
        at__gt=now() - LATELY, left=0, ticket__isnull=False, to_agent__isnull=False
    )
    counted = handed.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    free = Q(availability__available=True, workload__load__lt=F("support_profile__capacity"))
    people = agents.owners().order_by().annotate(handed=Coalesce(Subquery(counted), 0))
    found = people.aggregate(total=Count("pk"), free=Count("pk", filter=free), lately=Max("handed"))
    return FreeCapacity(free=found["free"], total=found["total"], lately=found["lately"] or 0)
