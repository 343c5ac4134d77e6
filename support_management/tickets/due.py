"""What lists sort by and chips show. Only sla/tracking writes it."""

from datetime import datetime

from support_management.core.time import NEVER
from support_management.tickets.models import Ticket


def set_due(*, ticket_id: int, at: datetime | None, state: str, metric: str) -> None:
    """The next deadline that bites, or None when no clock is open."""
    Ticket.objects.filter(pk=ticket_id).update(next_due_at=at or NEVER, due_state=state, due_metric=metric)
