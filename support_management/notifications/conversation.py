"""Notices to the owner of a ticket about what others say on it: the customer, and colleagues."""

from support_management.core import request_context
from support_management.events.catalogue import NoteAdded, RequesterWrote, TicketMoved
from support_management.notifications.notify import Notice, send
from support_management.people.models import User
from support_management.tickets.models import Ticket, TicketMessage
from support_management.tickets.status import Status

_DONE = (Status.RESOLVED, Status.CLOSED)
Kind = TicketMessage.Kind


def customer_wrote(event: RequesterWrote) -> None:
    """Tell the owner that the customer replied; a reply that reopens is told by `moved`."""
    if not event.reopens:
        _tell(event.ticket_id, event.agent_id, kind="replied", text="customer replied", by_id=event.by_id)


def moved(event: TicketMoved) -> None:
    """Tell the owner that their ticket is open again."""
    if event.before in _DONE and event.after not in _DONE:
        _tell(event.ticket_id, event.agent_id, kind="reopened", text="reopened", by_id=event.by_id, named=True)


def noted(event: NoteAdded) -> None:
    """Tell the owner of a colleague's note, without its text: notices are mailed."""
    _tell(event.ticket_id, event.agent_id, kind="noted", text="internal note", by_id=event.by_id, named=True)


def message_written(message_id: int) -> None:
    """The same for a message that was written without a capability: shell, import."""
    message = TicketMessage.objects.select_related("ticket").filter(pk=message_id).first()
    kind, text = {Kind.REQUESTER: ("replied", "customer replied"), Kind.NOTE: ("noted", "internal note")}.get(
        Kind(message.kind) if message else Kind.SYSTEM, ("", "")
    )
    if message is None or not kind or message.ticket.assignee_id == request_context.current().user_id:
        return
    _tell(message.ticket_id, message.ticket.assignee_id, kind=kind, text=text, by_id=message.author_id)


def _tell(
    ticket_id: int, owner_id: int | None, *, kind: str, text: str, by_id: int | None, named: bool = False
) -> None:
    """`named`: the text ends with who did it."""
    if owner_id is None or owner_id == by_id:
        return
    ticket = Ticket.objects.only("number", "subject").get(pk=ticket_id)
    if named and by_id is not None:
        text = f"{text} by {User.objects.only('name', 'username').get(pk=by_id)}"
    about = ("ticket", ticket_id)
    link = ticket.get_absolute_url()
    send(
        [Notice(recipient_id=owner_id, actor_id=by_id, kind=kind, text=text, name=str(ticket), about=about, link=link)]
    )
