"""A ticket's page: header, controls, timeline, context."""

from collections.abc import Iterator

from console import access
from console.fragments import groups, ticket_page
from console.fragments.queue import TICKET_EVENTS
from console.fragments.registry import Fragment, Part, fragment, pane
from console.fragments.rendering import RenderPass
from support_management.disputes import queries as disputes
from support_management.events.catalogue import (
    ClockChanged,
    ClockReached,
    DisputeAssigned,
    DisputeMoved,
    DisputeOpened,
    FollowUpOpened,
    MoneyEffectChanged,
    NoteAdded,
    OrderActed,
    OrderMoved,
    PaymentIssueChanged,
    PaymentIssueLogged,
    RecordChanged,
    RequesterWrote,
    TicketAssigned,
    TicketCreated,
    TicketMoved,
    TicketReplied,
    TicketTriaged,
    WorkDecided,
)
from support_management.orders import queries as orders
from support_management.payment_issues import queries as payment_issues
from support_management.people.viewer import Viewer
from support_management.tickets import excerpts, queries
from support_management.tickets.models import Ticket, TicketMessage

RIGHTS_EVENTS = tuple(event for event in TICKET_EVENTS if event not in (ClockReached, ClockChanged))
LINE_EVENTS = (
    TicketAssigned,
    TicketReplied,
    RequesterWrote,
    NoteAdded,
    FollowUpOpened,
    TicketMoved,
    TicketTriaged,
    RecordChanged,
)
CASE_EVENTS = (
    DisputeOpened,
    DisputeMoved,
    DisputeAssigned,
    OrderMoved,
    MoneyEffectChanged,
    OrderActed,
    PaymentIssueLogged,
    PaymentIssueChanged,
    TicketAssigned,
    ClockReached,
    ClockChanged,
    RecordChanged,
)
HEADER = fragment(name="ticket.header", template="tickets/_header.html", tag="header", dirtied_by=TICKET_EVENTS)
CONTROLS = fragment(name="ticket.controls", template="tickets/_controls.html", tag="section", dirtied_by=RIGHTS_EVENTS)
AUDIENCE = fragment(name="ticket.audience", template="tickets/_audience.html", tag="p", dirtied_by=RIGHTS_EVENTS)
MESSAGE = fragment(name="ticket.message", template="tickets/_message.html", tag="li", dirtied_by=LINE_EVENTS)
CONTEXT = fragment(name="ticket.context", template="tickets/_context.html", tag="div", dirtied_by=CASE_EVENTS)
WHY = fragment(
    name="ticket.why",
    template="tickets/_why.html",
    tag="section",
    dirtied_by=(TicketAssigned, TicketMoved, WorkDecided, RecordChanged),
)
REQUESTER = fragment(
    name="ticket.requester",
    template="tickets/_requester.html",
    tag="section",
    dirtied_by=(TicketCreated, RecordChanged),
)


def _parts(viewer: Viewer, arg: str, paint: RenderPass) -> Iterator[Part]:
    """Changed parts of a ticket's page. A page without changes costs no query."""
    pk = int(arg)
    header_changed = pk in paint.dirt.of(HEADER, "ticket")
    messages = paint.once("messages", lambda: _messages(paint)).get(pk, [])
    order_changed = pk in paint.once("orders", lambda: _tickets_of_orders(paint))
    counted = paint.once("requesters", lambda: _tickets_of_requesters(paint))
    requester_changed = counted is None or pk in counted
    why_changed = pk in paint.dirt.of(WHY, "ticket")
    if not (header_changed or messages or order_changed or requester_changed or why_changed):
        return
    ticket = paint.once(("ticket", pk), lambda: access.with_details(queries.unchecked()).filter(pk=pk).first())
    if ticket is None:
        yield from gone(arg, paint)
        return
    rights = access.rights_on(viewer, ticket)
    if header_changed:
        yield _whole(HEADER, ticket, paint, lambda: ticket_page.header_of(ticket, rights), rights)
    if pk in paint.dirt.of(CONTROLS, "ticket"):
        yield _whole(CONTROLS, ticket, paint, lambda: ticket_page.controls_of(ticket, rights), rights)
    if pk in paint.dirt.of(AUDIENCE, "ticket"):
        yield _whole(AUDIENCE, ticket, paint, lambda: {"ticket": ticket} | rights, rights)
    for message in messages:
        yield _message(ticket, message, paint)
    if order_changed:
        participants = paint.once(("disputes of", pk), lambda: ticket_page.disputes_of(ticket))
        context = ticket_page.context_of(ticket, viewer, participants)
        audience = {dispute.pk: True for dispute in context["disputes"]} | {"may_dispute": context["may_dispute"]}
        audience["possibilities"] = tuple(context["possibilities"])
        yield _whole(CONTEXT, ticket, paint, lambda: context, audience)
    if why_changed:
        yield _whole(WHY, ticket, paint, lambda: ticket_page.why_of(ticket, viewer), {"lead": viewer.is_lead})
    if requester_changed:
        yield _whole(REQUESTER, ticket, paint, lambda: {"ticket": ticket})


def gone(arg: str, paint: RenderPass) -> Iterator[Part]:
    """Replaces the ticket for viewers who may no longer see it."""
    element = f"ticket-{arg}"
    html = paint.html(GONE, arg, element, lambda: {"element": element})
    yield Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


GONE = Fragment(name="ticket.gone", template="tickets/_gone.html", tag="div", dirtied_by=())


def _whole(fragment: Fragment, ticket: Ticket, paint: RenderPass, context, audience: dict | None = None) -> Part:
    element = f"ticket-{ticket.pk}-{fragment.name.partition('.')[2]}"
    key = (ticket.pk, *(audience or {}).items())
    html = paint.html(fragment, key, element, context, link=ticket.get_absolute_url())
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


def _message(ticket: Ticket, message: TicketMessage, paint: RenderPass) -> Part:
    element = f"ticket-message-{message.pk}"
    return Part(
        id=element,
        swap="row",
        pos=paint.pos,
        target=f"ticket-{ticket.pk}-timeline",
        html=paint.html(MESSAGE, message.pk, element, lambda: {"message": message}),
    )


def _messages(paint: RenderPass) -> dict[int, list[TicketMessage]]:
    """New timeline entries, by ticket."""
    messages: dict[int, list[TicketMessage]] = {}
    for message in excerpts.load(queries.entries(paint.dirt.of(MESSAGE, "message"))):
        messages.setdefault(message.ticket_id, []).append(message)
    return messages


def _tickets_of_orders(paint: RenderPass) -> set[int]:
    """Tickets whose order, or a dispute about it, has changed; and tickets whose order may be another one now."""
    orders = paint.dirt.of(CONTEXT, "order") | disputes.orders_of(paint.dirt.of(CONTEXT, "dispute"))
    orders |= payment_issues.orders_of(paint.dirt.of(CONTEXT, "payment"))
    return queries.about_orders(orders) | paint.dirt.of(CONTEXT, "ticket")


def _tickets_of_requesters(paint: RenderPass) -> set[int] | None:
    """Tickets of customers with a changed number of tickets or orders. None: after a deletion, all tickets."""
    ticket_ids, order_ids = paint.dirt.of(REQUESTER, "ticket"), paint.dirt.of(REQUESTER, "order")
    requesters, clients = queries.requesters(ticket_ids), orders.clients(order_ids)
    if len(requesters) < len(ticket_ids) or len(clients) < len(order_ids):
        return None
    return queries.of_requesters({*requesters.values(), *clients.values()})


def _topics(arg: str) -> set[str]:
    return {groups.ticket(int(arg)), groups.disputes(), groups.payments()}


pane(name="ticket", may_see=access.may_see_ticket, parts=_parts, topics=_topics, gone=gone)
