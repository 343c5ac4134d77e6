"""What falls due while an agent is gone."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.tickets.models import Ticket

SOON_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Owing:
    """Pieces of open work of an agent: all that count as load, and of them what is late or falls due soon."""

    open: int = 0
    late: int = 0
    soon: int = 0

    @property
    def due(self) -> int:
        return self.late + self.soon


def owing(user_id: int) -> Owing:
    """Two statements."""
    return _plus(_of(Ticket.objects.filter(assignee=user_id)), _of(Dispute.objects.filter(assignee=user_id)))


def _of(rows: QuerySet) -> Owing:
    moment = now()
    soon = moment + timedelta(minutes=SOON_MINUTES)
    counts = rows.filter(is_open=True).aggregate(
        open=Count("pk", filter=Q(units__gt=0)),
        late=Count("pk", filter=Q(next_due_at__lte=moment)),
        soon=Count("pk", filter=Q(next_due_at__gt=moment, next_due_at__lte=soon)),
    )
    return Owing(**counts)


def _plus(one: Owing, other: Owing) -> Owing:
    return Owing(one.open + other.open, one.late + other.late, one.soon + other.soon)
