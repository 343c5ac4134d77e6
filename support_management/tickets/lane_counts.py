"""Exact totals of each board lane, for all viewers from two grouped queries.

Calculated once for all sockets of a process, so the cost does not grow with the number of viewers.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import BooleanField, Case, Count, F, Min, Q, Value, When

from support_management.core.time import DUE_SOON, now
from support_management.people.participation import VISIBLE_FOR
from support_management.people.viewer import Viewer
from support_management.tickets.models import Ticket, TicketParticipation
from support_management.tickets.queries import LANES


@dataclass(frozen=True, slots=True)
class LaneSummary:
    """Totals of a lane: tickets, creation time of the oldest, tickets due within DUE_SOON."""

    total: int = 0
    oldest_at: datetime | None = None
    due_soon: int = 0

    def __add__(self, other: "LaneSummary") -> "LaneSummary":
        moments = [at for at in (self.oldest_at, other.oldest_at) if at]
        return LaneSummary(self.total + other.total, min(moments, default=None), self.due_soon + other.due_soon)


def any_became_due_soon(since: datetime, until: datetime) -> bool:
    """Whether a ticket became due soon between two instants; no event is published for that."""
    crossed = {"next_due_at__gt": since + DUE_SOON, "next_due_at__lte": until + DUE_SOON}
    return Ticket.objects.filter(is_open=True, **crossed).exists()


@dataclass(frozen=True, slots=True)
class _Group:
    owner: int | None
    website: int | None
    participant: int | None
    high: bool
    all: LaneSummary
    overdue: LaneSummary


class LaneCounts:
    """A snapshot of the totals. `of(viewer)` returns that viewer's totals without another query."""

    def __init__(self) -> None:
        moment = now()
        late, soon = Q(due__lt=moment), Q(due__gte=moment, due__lte=moment + DUE_SOON)
        totals = {
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
            .annotate(**totals)
        ]
        self._worked_on = [
            _group(row, None, row["user_id"])
            for row in TicketParticipation.objects.filter(at__gt=moment - VISIBLE_FOR, ticket__is_open=True)
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
            .annotate(**totals)
        ]
        self._by_owner: dict[int | None, list[_Group]] = defaultdict(list)
        self._by_participant: dict[int | None, list[_Group]] = defaultdict(list)
        for group in self._owned:
            self._by_owner[group.owner].append(group)
        for group in self._worked_on:
            self._by_participant[group.participant].append(group)

    def of(self, viewer: Viewer) -> dict[str, LaneSummary]:
        """Totals of each lane for one viewer."""
        summaries = dict(self._of_leads) if viewer.is_lead else dict.fromkeys(LANES, LaneSummary())
        for group in self._groups(viewer):
            _add(summaries, group, mine=group.owner == viewer.id)
        return summaries

    @cached_property
    def _of_leads(self) -> dict[str, LaneSummary]:
        """The totals that all leads share."""
        summaries = dict.fromkeys(LANES, LaneSummary())
        for group in self._owned:
            _add(summaries, group, mine=False)
        return summaries

    def _groups(self, viewer: Viewer) -> list[_Group]:
        """The groups that a viewer's totals add up; for a lead only their own, on top of `_of_leads`."""
        own = self._by_owner[viewer.id]
        if viewer.is_lead:
            return [replace(group, high=False, overdue=LaneSummary()) for group in own]
        visible = self._by_owner[None] + own + self._by_participant[viewer.id]
        return [group for group in visible if viewer.serves(group.website)]


def _add(summaries: dict[str, LaneSummary], group: _Group, *, mine: bool) -> None:
    if group.participant is None and group.owner is None:
        summaries["unassigned"] += group.all
    if mine:
        summaries["mine"] += group.all
    if group.high:
        summaries["high_priority"] += group.all
    summaries["overdue"] += group.overdue


def _high(field: str):
    return Case(When(**{f"{field}__lte": 2}, then=Value(True)), default=Value(False), output_field=BooleanField())


def _group(row: Mapping, owner: int | None, participant: int | None) -> _Group:
    return _Group(
        owner=owner,
        website=row["website_id"],
        participant=participant,
        high=row["high"],
        all=LaneSummary(row["n"], row["oldest"], row["soon"]),
        overdue=LaneSummary(row["late"], row["late_oldest"], 0),
    )
