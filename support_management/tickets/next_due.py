"""The next due time of a ticket, for sorting and badges. Written only by sla/clock/next_due.py."""

from datetime import datetime

from support_management.core.bulk import update_each
from support_management.core.prepared_statements import Parameter, PreparedUpdate
from support_management.core.time import NEVER
from support_management.tickets.models import Ticket


def set_due(*, ticket_id: int, at: datetime | None, state: str, metric: str) -> None:
    """Store the next deadline of the ticket; `at` None when no clock is open."""
    _update(pk=ticket_id, next_due_at=at or NEVER, due_state=state, due_metric=metric)


_FIELDS = ("next_due_at", "due_state", "due_metric")
_update = PreparedUpdate(
    lambda: Ticket.objects.filter(pk=Parameter("pk")),
    **{name: Parameter(name, Ticket._meta.get_field(name)) for name in _FIELDS},
)


def set_states(rows: list[tuple]) -> None:
    """Update due states by (ticket id, due time, metric, state). Others are skipped."""
    if rows:
        update_each(Ticket, ("id", "next_due_at", "due_metric"), ("due_state",), rows)
