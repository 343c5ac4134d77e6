"""What is said on a ticket: replies, notes, the requester's words."""

from support_management.core import text
from support_management.core.errors import Conflict, NotAllowed, NotFound
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.catalogue import NoteAdded, RequesterWrote, TicketReplied
from support_management.events.live import capability
from support_management.people.models import User
from support_management.tickets import changing, triage
from support_management.tickets.models import Ticket, TicketMessage
from support_management.tickets.status import WAITS_FOR_REQUESTER, Status


@capability
def reply(*, ticket: int, by: User, body: str, status: str | None = None, version: int | None = None) -> Ticket:
    """Answer in public; `status` moves the ticket with the answer.

    The first answer turns new into open. A person outside the desk writes as the requester.
    Conflict closed, Stale, NotAllowed not_yours.
    """
    row = changing.take(ticket, by=by, version=version)
    if not by.is_desk:
        if status is not None:
            raise NotAllowed("not_yours", "Only the desk changes a ticket's status.")
        return _requester_wrote(row, by=by, body=body)
    changing.require_may_change(row, by)
    message = _add(row, "reply", by=by, body=body)
    facts = {} if row.first_replied_at else {"first_replied_at": now()}
    changing.store(row, **facts)
    publish(TicketReplied(ticket_id=row.pk, message_id=message.pk, agent_id=row.assignee_id, by_id=by.pk))
    if status is None and row.status == Status.NEW:
        status = Status.OPEN
    if status is not None and status != row.status:
        triage.move(row, status, by=by)
    return row


@capability
def note(*, ticket: int, by: User, body: str, version: int | None = None) -> Ticket:
    """A word inside the desk. Everyone at the desk who may see the ticket may leave one, on closed ones too."""
    row = changing.take(ticket, by=by, version=version)
    if not by.is_desk:
        raise NotFound("This ticket")
    message = _add(row, "note", by=by, body=body, closed_too=True)
    changing.store(row)
    publish(NoteAdded(ticket_id=row.pk, message_id=message.pk, agent_id=row.assignee_id, by_id=by.pk))
    return row


def _requester_wrote(row: Ticket, *, by: User, body: str) -> Ticket:
    message = _add(row, "requester", by=by, body=body)
    changing.store(row)
    publish(RequesterWrote(ticket_id=row.pk, message_id=message.pk, agent_id=row.assignee_id, by_id=by.pk))
    if row.status in WAITS_FOR_REQUESTER:
        triage.move(row, Status.OPEN, by=by)
    return row


def _add(row: Ticket, kind: str, *, by: User, body: str, closed_too: bool = False) -> TicketMessage:
    if row.status == Status.CLOSED and not closed_too:
        raise Conflict("closed", "A closed ticket takes no more messages. Open a follow-up ticket instead.")
    body = text.clean(body, field="body")
    message = TicketMessage.objects.create(ticket=row, kind=kind, author=by, body=body, html=text.to_html(body))
    changing.took_part(row, by)
    changing.audit(row, kind, by=by, before={}, after={"message": message.pk})
    return message
