"""A ticket's page: header, controls, timeline, context."""

from collections.abc import Iterator

from console import access
from console.fragments.paint import Paint
from console.fragments.queue import TICKET_EVENTS
from console.fragments.registry import Fragment, Part, fragment, pane
from support_management.disputes.models import Dispute
from support_management.events.catalogue import DisputeAssigned, DisputeMoved, DisputeOpened, OrderMoved
from support_management.people import roles
from support_management.people.models import User
from support_management.people.viewer import Viewer
from support_management.sla.queries import of_ticket
from support_management.tickets import queries
from support_management.tickets.models import Ticket, TicketMessage, TicketType
from support_management.tickets.status import MOVES, Status

CASE_EVENTS = (DisputeOpened, DisputeMoved, DisputeAssigned, OrderMoved)
HEADER = fragment(name="ticket.header", template="tickets/_header.html", dirtied_by=TICKET_EVENTS)
CONTROLS = fragment(name="ticket.controls", template="tickets/_controls.html", dirtied_by=TICKET_EVENTS)
CONTEXT = fragment(
    name="ticket.context", template="tickets/_context.html", dirtied_by=(*TICKET_EVENTS, *CASE_EVENTS)
)
MESSAGE = fragment(name="ticket.message", template="tickets/_message.html", dirtied_by=TICKET_EVENTS)


def header_of(ticket: Ticket) -> dict:
    return {"ticket": ticket, "clocks": of_ticket(ticket.pk)}


def controls_of(ticket: Ticket, *, may_change: bool, may_assign: bool) -> dict:
    """What a person with these rights may do to the ticket now."""
    names = dict(Status.choices)
    moves = [(value, names[value]) for value in Status.values if value in MOVES[ticket.status]]
    return {
        "ticket": ticket,
        "may_change": may_change,
        "may_assign": may_assign,
        "legal_moves": moves,
        "priorities": [(word, word.title()) for word in ("urgent", "high", "normal", "low")],
        "types": TicketType.objects.all(),
        "agents": agents() if may_assign else [],
    }


def agents() -> list[User]:
    """Who can own work, by name."""
    return list(User.objects.filter(role__in=roles.AGENTS, is_active=True).order_by("name"))


def context_of(ticket: Ticket) -> dict:
    """The order, its disputes, and what is known of the requester."""
    disputes = Dispute.objects.none()
    if ticket.order_id:
        disputes = Dispute.objects.filter(order=ticket.order_id).select_related("order", "assignee").order_by("-id")
    return {
        "ticket": ticket,
        "order": ticket.order,
        "disputes": list(disputes),
        "requester_facts": {
            "orders": ticket.requester.orders_bought.count(),
            "tickets": ticket.requester.requested_tickets.count(),
            "since": ticket.requester.date_joined,
        },
    }


def _parts(viewer: Viewer, arg: str, paint: Paint) -> Iterator[Part]:
    pk = int(arg)
    ticket = paint.once(("ticket", pk), lambda: queries.for_page(Ticket.objects.all()).filter(pk=pk).first())
    if ticket is None:
        return
    here = pk in paint.dirt.of(HEADER, "ticket")
    if here:
        yield _whole(HEADER, ticket, paint, lambda: header_of(ticket))
        yield from _controls(viewer, ticket, paint)
        yield from _messages(ticket, paint)
    if here or ticket.order_id in paint.dirt.of(CONTEXT, "order") or paint.dirt.of(CONTEXT, "dispute"):
        yield _whole(CONTEXT, ticket, paint, lambda: context_of(ticket))


def _whole(which: Fragment, ticket: Ticket, paint: Paint, context, key: object = "") -> Part:
    element = f"ticket-{ticket.pk}-{which.name.partition('.')[2]}"
    html = paint.html(which, (ticket.pk, key), element, context, link=ticket.get_absolute_url())
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


def _controls(viewer: Viewer, ticket: Ticket, paint: Paint) -> Iterator[Part]:
    rights = rights_on(viewer, ticket)
    yield _whole(CONTROLS, ticket, paint, lambda: controls_of(ticket, **rights), key=tuple(rights.values()))


def rights_on(viewer: Viewer, ticket: Ticket) -> dict[str, bool]:
    """Change: own and unassigned work, or a lead. Assign: leads, and agents their own."""
    mine = ticket.assignee_id == viewer.id
    return {"may_change": queries.may_change(viewer, ticket), "may_assign": viewer.is_lead or mine}


def _messages(ticket: Ticket, paint: Paint) -> Iterator[Part]:
    newest = paint.once(("messages", ticket.pk), lambda: _recent(ticket, paint))
    for message in newest:
        element = f"ticket-message-{message.pk}"
        yield Part(
            id=element,
            swap="row",
            pos=paint.pos,
            target=f"ticket-{ticket.pk}-timeline",
            html=paint.html(MESSAGE, message.pk, element, lambda row=message: {"message": row}),
        )


def _recent(ticket: Ticket, paint: Paint) -> list[TicketMessage]:
    """Entries since the dirty ones; system lines have no event of their own, so the last few go along."""
    rows = TicketMessage.objects.filter(ticket=ticket).select_related("author").order_by("-id")[:10]
    return list(rows)[::-1]


pane(name="ticket", may_see=access.may_see_ticket, parts=_parts)
