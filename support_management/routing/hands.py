"""Whose hands work went through lately: since when it waits, and who is not asked again so soon."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.routing.models import ReassignmentLog
from support_management.tickets.models import Ticket

_HARMLESS = (ReassignmentLog.Cause.UNDONE, ReassignmentLog.Cause.RETURNED)
"""Causes by which work leaves somebody who had only just got it, so that nothing speaks against them."""


def cool_down() -> timedelta:
    """How long who had a piece of work is not asked again."""
    return timedelta(minutes=settings.COOL_DOWN_MINUTES)


class Hands:
    """The history of these rows, in two queries."""

    def __init__(self, kind: str, rows: Sequence[Ticket | Dispute]) -> None:
        logs = ReassignmentLog.objects.filter(**{f"{kind}__in": [row.pk for row in rows]}).order_by()
        self._had: dict[int, dict[int, datetime]] = defaultdict(dict)
        lately = logs.filter(at__gt=now() - cool_down(), from_agent__isnull=False).exclude(cause__in=_HARMLESS)
        for pk, agent_id, at in lately.values_list(kind, "from_agent", "at"):
            self._had[pk][agent_id] = max(at, self._had[pk].get(agent_id, at))
        free = [row.pk for row in rows if row.assignee_id is None]
        released = logs.filter(to_agent__isnull=True, **{f"{kind}__in": free}) if free else logs.none()
        self._free_since = dict(released.values_list(kind).annotate(last=Max("at")))

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
