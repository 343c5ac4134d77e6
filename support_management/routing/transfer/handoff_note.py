"""Handoff note for the new assignee: the last message, the status and the due time."""

from collections.abc import Sequence

from django.db.models import Max

from support_management.core.kept_timestamps import written
from support_management.core.text import shown
from support_management.disputes.models import Dispute
from support_management.routing.transfer.change_owner import WorkKey, key_of
from support_management.tickets.models import Ticket, TicketMessage

LIMIT = 300
"""Maximum characters of a note."""
_QUOTE_LIMIT = 120
_VERBS = {
    TicketMessage.Kind.REQUESTER: "wrote on",
    TicketMessage.Kind.REPLY: "replied on",
    TicketMessage.Kind.NOTE: "added a note on",
}


def note(row: Ticket | Dispute) -> str:
    """The note of one piece of work."""
    return next(iter(notes([row]).values()))


def notes(rows: Sequence[Ticket | Dispute]) -> dict[WorkKey, str]:
    """Notes by kind and id of the work. Two queries."""
    last_messages = _last_messages([row.pk for row in rows if isinstance(row, Ticket)])
    notes_by_key = {}
    for row in rows:
        kind, _ = key = key_of(row)
        due = f"due {written(row.due_at)}" if row.due_at else "no SLA target"
        parts = [last_messages.get(row.pk, "") if kind == "ticket" else "", f"{row.get_status_display()}, {due}."]
        notes_by_key[key] = shown(" ".join(part for part in parts if part), LIMIT)
    return notes_by_key


def _last_messages(ids: list[int]) -> dict[int, str]:
    if not ids:
        return {}
    messages = TicketMessage.objects.filter(ticket__in=ids, kind__in=list(_VERBS)).order_by()
    newest = messages.values("ticket").annotate(last=Max("id")).values("last")
    rows = TicketMessage.objects.filter(pk__in=newest).select_related("author")
    return {row.ticket_id: _quoted(row) for row in rows}


def _quoted(row: TicketMessage) -> str:
    author = str(row.author) if row.author else "The customer"
    return (
        f"{author} {_VERBS[TicketMessage.Kind(row.kind)]} {written(row.created_at)}: “{shown(row.body, _QUOTE_LIMIT)}”"
    )
