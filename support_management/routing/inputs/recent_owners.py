"""Recent owners of work: since when it has been unassigned, and which agents are in the cool-down."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from support_management.core.time import AHEAD, now
from support_management.disputes.models import Dispute
from support_management.routing.models import ReassignmentLog
from support_management.tickets.models import Ticket

_WITHOUT_COOL_DOWN = (ReassignmentLog.Cause.UNDONE, ReassignmentLog.Cause.RETURNED)
"""Causes that start no cool-down for the previous owner."""


def cool_down() -> timedelta:
    """How long a previous owner is not eligible for the same work."""
    return timedelta(minutes=settings.COOL_DOWN_MINUTES)


class RecentOwners:
    """The recent assignment history of rows of one kind, read in one query."""

    def __init__(self, kind: str, rows: Sequence[Ticket | Dispute]) -> None:
        self._left_at: dict[int, dict[int, datetime]] = defaultdict(dict)
        self._unassigned_since: dict[int, datetime] = {}
        moment = now()
        cool_down_start = moment - cool_down()
        logs = ReassignmentLog.objects.filter(**{f"{kind}__in": [row.pk for row in rows]}).order_by("id")
        relevant = logs.filter(Q(at__gt=cool_down_start) | Q(to_agent__isnull=True))
        for pk, previous, assignee, cause, at in relevant.values_list(kind, "from_agent", "to_agent", "cause", "at"):
            if assignee is None:
                self._unassigned_since[pk] = min(at, moment)
            if previous is not None and cool_down_start < at <= moment + AHEAD and cause not in _WITHOUT_COOL_DOWN:
                self._left_at[pk][previous] = at

    def avoid(self, pk: int) -> frozenset[int]:
        """Ids of previous owners within the cool-down."""
        return frozenset(self._left_at.get(pk, ()))

    def cool_down_ends_at(self, pk: int) -> datetime | None:
        """When the first of the previous owners is eligible again, or None."""
        return min(self._left_at[pk].values()) + cool_down() if pk in self._left_at else None

    def waiting_since(self, row: Ticket | Dispute) -> datetime:
        """Since when the work is unassigned; now for assigned work, which does not wait."""
        if row.assignee_id is not None:
            return now()
        return self._unassigned_since.get(row.pk) or row.created_at
