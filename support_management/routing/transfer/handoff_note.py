"""The note that goes with work to whoever takes over: who spoke last and when, what is due, where it stands."""

from collections.abc import Sequence

from django.db.models import Max

from support_management.core.kept_timestamps import written
from support_management.core.text import shown
from support_management.disputes.models import Dispute
from support_management.routing.transfer.transfer import WorkKey, key_of
from support_management.tickets.models import Ticket, TicketMessage

LIMIT = 300
_QUOTED = 120
_SAID = {
    TicketMessage.Kind.REQUESTER: "wrote on",
    TicketMessage.Kind.REPLY: "replied on",
    TicketMessage.Kind.NOTE: "added a note on",
}


def note(row: Ticket | Dispute) -> str:
    """For one piece of work."""
    return next(iter(notes([row]).values()))


def notes(rows: Sequence[Ticket | Dispute]) -> dict[WorkKey, str]:
    """By kind and key, for many: two queries."""
    said = _last_words([row.pk for row in rows if isinstance(row, Ticket)])
    found = {}
    for row in rows:
        kind, _ = key = key_of(row)
        due = f"due {written(row.due_at)}" if row.due_at else "no SLA target"
        parts = [said.get(row.pk, "") if kind == "ticket" else "", f"{row.get_status_display()}, {due}."]
        found[key] = shown(" ".join(part for part in parts if part), LIMIT)
    return found


def _last_words(ids: list[int]) -> dict[int, str]:
    if not ids:
        return {}
    spoken = TicketMessage.objects.filter(ticket__in=ids, kind__in=list(_SAID)).order_by()
    newest = spoken.values("ticket").annotate(last=Max("id")).values("last")
    rows = TicketMessage.objects.filter(pk__in=newest).select_related("author")
    return {row.ticket_id: _quoted(row) for row in rows}


def _quoted(row: TicketMessage) -> str:
    who = str(row.author) if row.author else "The customer"
    return f"{who} {_SAID[TicketMessage.Kind(row.kind)]} {written(row.created_at)}: “{shown(row.body, _QUOTED)}”"
