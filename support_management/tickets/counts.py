"""The exact figures in the head of each lane, for every viewer from two grouped reads.

Asked once for all sockets of a process, so the cost does not grow with the number of people looking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, Case, Count, F, Min, Q, Value, When

from support_management.core.time import now
from support_management.people.viewer import Viewer
from support_management.tickets.models import Ticket, TicketParticipation
from support_management.tickets.queries import LANES, TOOK_PART

SOON = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one lane: how many, since when the oldest waits, how many fall due within 30 minutes."""

    total: int = 0
    oldest_at: datetime | None = None
    due_soon: int = 0

    def __add__(self, other: "Facts") -> "Facts":
        known = [at for at in (self.oldest_at, other.oldest_at) if at]
        return Facts(self.total + other.total, min(known, default=None), self.due_soon + other.due_soon)


@dataclass(frozen=True, slots=True)
class _Group:
    owner: int | None
    website: int | None
    participant: int | None
    high: bool
    all: Facts
    overdue: Facts


class LaneCounts:
    """One reading of the desk. `of(viewer)` gives that person's figures without another query."""

    def __init__(self) -> None:
        moment = now()
        late, soon = Q(due__lt=moment), Q(due__gte=moment, due__lte=moment + SOON)
        figures = {
            "n": Count("pk"),
            "oldest": Min("born"),
            "soon": Count("pk", filter=soon),
            "late": Count("pk", filter=late),
            "late_oldest": Min("born", filter=late),
        }
        self._owned = [
            _group(row, row["assignee_id"], None)
            for row in Ticket.objects.filter(is_open=True)
            .annotate(due=F("next_due_at"), born=F("created_at"), high=_high("priority"))
            .order_by()
            .values("assignee_id", "website_id", "high")
            .annotate(**figures)
        ]
        self._worked_on = [
            _group(row, None, row["user_id"])
            for row in TicketParticipation.objects.filter(at__gt=moment - TOOK_PART, ticket__is_open=True)
            .filter(ticket__assignee__isnull=False)
            .exclude(ticket__assignee=F("user"))
            .annotate(
                due=F("ticket__next_due_at"),
                born=F("ticket__created_at"),
                high=_high("ticket__priority"),
                website_id=F("ticket__website"),
            )
            .order_by()
            .values("user_id", "website_id", "high")
            .annotate(**figures)
        ]

    def of(self, viewer: Viewer) -> dict[str, Facts]:
        """Figures of every lane for one person."""
        facts = dict.fromkeys(LANES, Facts())
        for group in self._groups(viewer):
            if group.participant is None and group.owner is None:
                facts["unassigned"] += group.all
            if group.owner == viewer.id:
                facts["mine"] += group.all
            if group.high:
                facts["high_priority"] += group.all
            facts["overdue"] += group.overdue
        return facts

    def _groups(self, viewer: Viewer):
        if viewer.is_lead:
            return self._owned
        seen = [group for group in self._owned if group.owner in (None, viewer.id)]
        seen += [group for group in self._worked_on if group.participant == viewer.id]
        return [group for group in seen if viewer.serves(group.website)]


def _high(field: str):
    return Case(When(**{f"{field}__lte": 2}, then=Value(True)), default=Value(False), output_field=BooleanField())


def _group(row: Mapping, owner: int | None, participant: int | None) -> _Group:
    return _Group(
        owner=owner,
        website=row["website_id"],
        participant=participant,
        high=row["high"],
        all=Facts(row["n"], row["oldest"], row["soon"]),
        overdue=Facts(row["late"], row["late_oldest"], 0),
    )
