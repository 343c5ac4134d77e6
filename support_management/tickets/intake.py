"""Creation of tickets: who may open one for whom, about which order, on which website."""

import logging

from django.conf import settings

from support_management.core import text
from support_management.core.errors import Invalid, NotAllowed, NotFound
from support_management.core.priority import rank_of
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import TicketCreated
from support_management.orders import queries as orders
from support_management.orders.models import Order
from support_management.people.models import User, Website
from support_management.people.viewer import viewer_of
from support_management.tickets import editing, lookup, party_wishes, queries
from support_management.tickets.models import Tag, Ticket, TicketMessage, TicketType

logger = logging.getLogger(__name__)


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
    order: int | None = None,
    opened_by_desk: bool | None = None,
    follow_up_of: Ticket | None = None,
) -> Ticket:
    """Create a ticket with its first message: the requester's, or a letter of the desk when `opened_by_desk`.

    None: what the team opens for others is one. `party_wishes` bound customers' priority and tags. `order` is an id.
    Invalid; NotFound the order; NotAllowed not_yours.
    """
    requester = _requester(requester, by)
    about = _order(order, by)
    website_id = _website(website_id, order=about, requester=requester, by=by)
    wishes = party_wishes.granted(by=by, website_id=website_id, priority=rank_of(priority), tags=tags)
    row = Ticket(
        subject=text.clean(subject, field="subject", limit=text.MAX_LINE, one_line=True),
        priority=wishes.priority,
        type=lookup.type_of(type),
        channel=_channel(channel),
        requester=requester,
        website_id=website_id,
        order=about,
        opened_by_desk=_is_letter(requester, by, opened_by_desk),
        follow_up_of=follow_up_of,
    )
    body, tag_rows = text.clean(body, field="body"), lookup.tags_of(wishes.tags)
    row.save()
    _add_first_message(row, by, body)
    _opened(row, tag_rows, wishes.lines, by=by)
    return row


def _opened(row: Ticket, tags: list[Tag], lines: tuple[str, ...], *, by: User | None) -> None:
    """Record the new ticket: its tags, lines for the team, participation, audit and event."""
    if tags:
        row.tags.set(tags)
    editing.add_system_entries(row, *lines, by=by)
    editing.record_participants(row, by)
    editing.audit(row, "create", by=by, before={}, after={"priority": row.priority_word})
    automatic = row.type.mode == TicketType.Mode.AUTOMATIC
    publish(TicketCreated(ticket_id=row.pk, by_id=by.pk if by else None, automatic=automatic))


def _is_letter(requester: User, by: User | None, opened_by_desk: bool | None) -> bool:
    return by is not None and by.is_desk and by.pk != requester.pk and opened_by_desk is not False


def _add_first_message(row: Ticket, by: User | None, body: str) -> None:
    letter = row.opened_by_desk
    kind = TicketMessage.Kind.REPLY if letter else TicketMessage.Kind.REQUESTER
    TicketMessage.objects.create(ticket=row, kind=kind, author=by if letter else row.requester, body=body)


def _requester(requester: User | None, by: User | None) -> User:
    person = requester or by
    if person is None:
        raise Invalid("empty", "A ticket needs a customer.", field="requester")
    if by is not None and person.pk != by.pk and not by.is_desk:
        raise NotAllowed("not_yours", "Only support staff can open tickets for other people.")
    return person


def _order(pk: int | None, by: User | None) -> Order | None:
    """The order that the ticket is about. NotFound when the actor may not see it."""
    if pk is None:
        return None
    rows = Order.objects.all() if by is None else orders.visible_to(viewer_of(by))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("This order")
    return row


def _website(named: int | None, *, order: Order | None, requester: User, by: User | None) -> int | None:
    """The website of the order; else the named one; else the requester's only one, the agent's only one, the default.

    A fallback is never a website that the actor does not serve, except the default. Invalid other_website when it is
    not the order's; unknown_website when the actor may not name it.
    """
    if order is not None:
        if named not in (None, order.website_id):
            raise Invalid("other_website", "This order belongs to another website.", field="website")
        return order.website_id
    if named is not None:
        return _named_website(named, by)
    serves = viewer_of(by).serves if by is not None else lambda _: True
    dealings = queries.websites_of(requester.pk)
    if len(dealings) == 1 and serves(*dealings):
        return dealings.pop()
    served = viewer_of(by).websites if by is not None else frozenset()
    return next(iter(served)) if len(served) == 1 else _default_website()


def _named_website(pk: int, by: User | None) -> int:
    """This website, if the actor serves it or has dealings with it."""
    if by is None or by.is_desk:
        known = (by is None or viewer_of(by).serves(pk)) and Website.objects.filter(pk=pk).exists()
    else:
        known = pk in queries.websites_of(by.pk)
    if not known:
        raise Invalid("unknown_website", "This website does not exist or you don't have access to it.", field="website")
    return pk


def _default_website() -> int | None:
    """The website of DEFAULT_WEBSITE; without one the ticket belongs to every website."""
    name = settings.DEFAULT_WEBSITE
    if not name:
        return None
    pk = Website.objects.filter(name=name).values_list("pk", flat=True).first()
    if pk is None:
        logger.warning("DEFAULT_WEBSITE: there is no website with the name %r.", name)
    return pk


def _channel(word: str) -> str:
    if word not in Ticket.Channel.values:
        raise Invalid("unknown_channel", f"Channel must be one of {', '.join(Ticket.Channel.values)}.", field="channel")
    return word
