"""A ticket comes in."""

from support_management.core import text
from support_management.core.errors import Invalid
from support_management.core.priority import rank_of
from support_management.events.bus import publish
from support_management.events.catalogue import TicketCreated
from support_management.events.live import capability
from support_management.people.models import User
from support_management.tickets import changing, triage
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
    """A new ticket with its first message. Invalid names the field that cannot be taken."""
    row = Ticket(
        subject=text.clean(subject, field="subject", limit=text.MAX_LINE, one_line=True),
        priority=rank_of(priority),
        type=type_of(type),
        channel=channel,
        requester=requester or by,
        website_id=website_id or (order.website_id if order else None),
        order=order,
    )
    body = text.clean(body, field="body")
    row.save()
    kind = "requester" if row.requester == by or by is None else "reply" if by.is_desk else "requester"
    author = row.requester if kind == "requester" else by
    TicketMessage.objects.create(ticket=row, kind=kind, author=author, body=body, html=text.to_html(body))
    if tags:
        row.tags.set(triage.tags_of(tags))
    changing.audit(row, "create", by=by, before={}, after={"subject": row.subject, "priority": row.priority_word})
    publish(TicketCreated(ticket_id=row.pk, by_id=by.pk if by else None))
    return row


def type_of(slug: str) -> TicketType:
    """The queue with this slug."""
    found = TicketType.objects.filter(slug=slug).first() if isinstance(slug, str) else None
    if found is None:
        raise Invalid("unknown_type", "There is no such type of ticket.", field="type")
    return found
