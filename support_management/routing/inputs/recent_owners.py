"""Whose hands work went through lately: since when it waits, and who is not asked again so soon."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.routing.models import ReassignmentLog
from support_management.tickets.models import Ticket

_HARMLESS = (ReassignmentLog.Cause.UNDONE, ReassignmentLog.Cause.RETURNED)
"""Causes by which work leaves somebody who had only just got it, so that nothing speaks against them."""


def cool_down() -> timedelta:
    """How long who had a piece of work is not asked again."""
    return timedelta(minutes=settings.COOL_DOWN_MINUTES)


class RecentOwners:
    """The history of these rows, in one query."""

    def __init__(self, kind: str, rows: Sequence[Ticket | Dispute]) -> None:
        self._had: dict[int, dict[int, datetime]] = defaultdict(dict)
        self._free_since: dict[int, datetime] = {}
        lately = now() - cool_down()
        logs = ReassignmentLog.objects.filter(**{f"{kind}__in": [row.pk for row in rows]}).order_by("id")
        told = logs.filter(Q(at__gt=lately) | Q(to_agent__isnull=True))
        for pk, had, got, cause, at in told.values_list(kind, "from_agent", "to_agent", "cause", "at"):
            if got is None:
                self._free_since[pk] = at
            if had is not None and at > lately and cause not in _HARMLESS:
                self._had[pk][had] = at

    def avoid(self, pk: int) -> frozenset[int]:
        """Who had it within the cool-down."""
        return frozenset(self._had.get(pk, ()))

    def cooled(self, pk: int) -> datetime | None:
        """When the next of them may be asked again."""
        return min(self._had[pk].values()) + cool_down() if pk in self._had else None

    def waiting_since(self, row: Ticket | Dispute) -> datetime:
        """Since when nobody has it. What somebody has does not wait."""
        if row.assignee_id is not None:
            return now()
        return self._free_since.get(row.pk) or row.created_at
