"""Creation of tickets."""

from support_management.core import text
from support_management.core.errors import Invalid, NotAllowed
from support_management.core.priority import rank_of
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import TicketCreated
from support_management.people.models import User
from support_management.tickets import editing, lookup
from support_management.tickets.models import Ticket, TicketMessage, TicketType


@capability
def create(
    *,
    by: User | None,
    subject: str,
    body: str,
    requester: User | None = None,
    priority: str = "normal",
    type: str = "general",
    tags: list[str] | tuple[str, ...] = (),
    channel: str = "portal",
    website_id: int | None = None,
    order=None,
) -> Ticket:
    """Create a ticket with its first message, which counts as the requester's.

    Invalid names the field at fault. NotAllowed not_yours: only the team may create tickets for other requesters.
    """
    requester = _requester(requester, by)
    row = Ticket(
        subject=text.clean(subject, field="subject", limit=text.MAX_LINE, one_line=True),
        priority=rank_of(priority),
        type=lookup.type_of(type),
        channel=_channel(channel),
        requester=requester,
        website_id=website_id or (order.website_id if order else None),
        order=order,
    )
    body = text.clean(body, field="body")
    tag_rows = lookup.tags_of(tags)
    row.save()
    TicketMessage.objects.create(ticket=row, kind=TicketMessage.Kind.REQUESTER, author=by or requester, body=body)
    if tag_rows:
        row.tags.set(tag_rows)
    editing.record_participants(row, by)
    editing.audit(row, "create", by=by, before={}, after={"subject": row.subject, "priority": row.priority_word})
    automatic = row.type.mode == TicketType.Mode.AUTOMATIC
    publish(TicketCreated(ticket_id=row.pk, by_id=by.pk if by else None, automatic=automatic))
    return row


def _requester(requester: User | None, by: User | None) -> User:
    person = requester or by
    if person is None:
        raise Invalid("empty", "A ticket needs a customer.", field="requester")
    if by is not None and person.pk != by.pk and not by.is_desk:
        raise NotAllowed("not_yours", "Only support staff can open tickets for other people.")
    return person


def _channel(word: str) -> str:
    if word not in Ticket.Channel.values:
        raise Invalid("unknown_channel", f"Channel must be one of {', '.join(Ticket.Channel.values)}.", field="channel")
    return word
