"""Messages of a ticket: public replies, internal notes and messages of the requester."""

from datetime import timedelta

from support_management.core import text
from support_management.core.errors import Conflict, NotAllowed, NotFound
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import NoteAdded, RequesterWrote, TicketReplied
from support_management.people.models import User
from support_management.tickets import editing, follow_up, ownership, triage
from support_management.tickets.models import Ticket, TicketMessage
from support_management.tickets.status import WAITS_FOR_REQUESTER, Status, parse_status

Kind = TicketMessage.Kind


@capability
def reply(*, ticket: int, by: User, body: str, status: str | None = None, version: int | None = None) -> Ticket:
    """Send a public reply; `status` changes the ticket's status with it.

    The first reply turns new into open. A reply to an unassigned ticket assigns it, unless its queue says otherwise;
    the reply is a manual act, so capacity and availability do not matter. Messages of the requester, or of anyone not
    on the team, count as requester messages; on a closed ticket they open a follow-up, which is returned. Customers
    never see a version, so theirs is not compared. Conflict closed, Stale, NotAllowed not_yours.
    """
    target = None if status in (None, "") else parse_status(status)
    row = editing.lock_visible(ticket, by=by, version=version if by.is_desk else None)
    if not by.is_desk or by.pk == row.requester_id != row.assignee_id:
        if target is not None:
            raise NotAllowed("not_yours", "Only support staff can change a ticket's status.")
        return _requester_wrote(row, by=by, body=body)
    editing.require_may_change(row, by)
    _require_not_closed(row)
    if ownership.taken_by_reply(row, by):
        ownership.take(row, by=by)
    if target == row.status:
        target = None
    return _answer(row, target or (Status.OPEN if row.status == Status.NEW else None), by=by, body=body)


@capability
def tell(*, ticket: int, by: User, body: str) -> Ticket:
    """Send a public reply about what was done elsewhere: whoever has the ticket keeps it. Conflict closed."""
    row = editing.lock_visible(ticket, by=None)
    _require_not_closed(row)
    return _answer(row, Status.OPEN if row.status == Status.NEW else None, by=by, body=body)


@capability
def note(*, ticket: int, by: User, body: str, version: int | None = None) -> Ticket:
    """Add an internal note. Any team member who may see the ticket may add one, also when it is closed."""
    row = editing.lock_visible(ticket, by=by, version=version)
    if not by.is_desk:
        raise NotFound("This ticket")
    message = _add(row, Kind.NOTE, by=by, body=body)
    editing.store(row)
    _audit(row, message, by)
    publish(NoteAdded(ticket_id=row.pk, message_id=message.pk, agent_id=row.assignee_id, by_id=by.pk))
    return row


def _answer(row: Ticket, status: str | None, *, by: User, body: str) -> Ticket:
    before, resolver_id = row.status, row.resolved_by_id
    changes = triage.step(row, status, by=by) if status else {}
    if row.first_replied_at is None and not row.opened_by_desk:
        changes |= _first_reply(row, by)
    message = _add(row, Kind.REPLY, by=by, body=body)
    editing.store(row, public=True, **changes)
    _audit(row, message, by)
    publish(TicketReplied(ticket_id=row.pk, message_id=message.pk, agent_id=row.assignee_id, by_id=by.pk))
    if status:
        triage.moved(row, before, by=by, resolver_id=resolver_id)
    return row


def _first_reply(row: Ticket, by: User) -> dict:
    moment = now()
    lay = moment - row.resolved_at if row.resolved_at else timedelta(0)
    return {"first_replied_at": moment, "first_replied_by": by, "lay_resolved": row.lay_resolved + lay}


def _requester_wrote(row: Ticket, *, by: User, body: str) -> Ticket:
    if row.status == Status.CLOSED:
        return follow_up.open_for(row, by=by, body=body)
    before, resolver_id = row.status, row.resolved_by_id
    reopened = before in WAITS_FOR_REQUESTER
    message = _add(row, Kind.REQUESTER, by=by, body=body)
    editing.store(row, public=True, **(triage.step(row, Status.OPEN, by=by) if reopened else {}))
    _audit(row, message, by)
    publish(
        RequesterWrote(
            ticket_id=row.pk,
            message_id=message.pk,
            agent_id=row.assignee_id,
            by_id=by.pk,
            reopens=before == Status.RESOLVED,
        )
    )
    if reopened:
        triage.moved(row, before, by=by, resolver_id=resolver_id)
    return row


def _require_not_closed(row: Ticket) -> None:
    if row.status == Status.CLOSED:
        raise Conflict("closed", "This ticket is closed. Open a follow-up ticket instead.")


def _add(row: Ticket, kind: str, *, by: User, body: str) -> TicketMessage:
    message = editing.add_message(row, kind, text.clean(body, field="body"), by=by)
    editing.record_participants(row, by)
    return message


def _audit(row: Ticket, message: TicketMessage, by: User) -> None:
    editing.audit(row, message.kind, by=by, before={}, after={"message": message.pk})
