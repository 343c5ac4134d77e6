"""A ticket's page: header, controls, timeline, context."""

from collections.abc import Iterator

from console import access
from console.fragments.paint import Paint
from console.fragments.queue import TICKET_EVENTS
from console.fragments.registry import Fragment, Part, fragment, pane
from support_management.core.priority import PRIORITY_RANKS
from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.disputes.status import Reason
from support_management.events.catalogue import (
    ClockReached,
    DisputeAssigned,
    DisputeMoved,
    DisputeOpened,
    NoteAdded,
    OrderMoved,
    RecordChanged,
    RequesterWrote,
    TicketAssigned,
    TicketCreated,
    TicketMoved,
    TicketReplied,
    TicketTriaged,
)
from support_management.orders import queries as orders
from support_management.people.viewer import Viewer
from support_management.sla.queries import of_ticket
from support_management.tickets import queries
from support_management.tickets.models import Ticket, TicketMessage, TicketType
from support_management.tickets.status import MOVES, Status

RIGHTS_EVENTS = tuple(event for event in TICKET_EVENTS if event is not ClockReached)
LINE_EVENTS = (TicketAssigned, TicketReplied, RequesterWrote, NoteAdded, TicketMoved, TicketTriaged, RecordChanged)
CASE_EVENTS = (DisputeOpened, DisputeMoved, DisputeAssigned, OrderMoved, ClockReached, RecordChanged)
HEADER = fragment(name="ticket.header", template="tickets/_header.html", dirtied_by=TICKET_EVENTS)
CONTROLS = fragment(name="ticket.controls", template="tickets/_controls.html", dirtied_by=RIGHTS_EVENTS)
AUDIENCE = fragment(name="ticket.audience", template="tickets/_audience.html", dirtied_by=RIGHTS_EVENTS)
MESSAGE = fragment(name="ticket.message", template="tickets/_message.html", dirtied_by=LINE_EVENTS)
CONTEXT = fragment(name="ticket.context", template="tickets/_context.html", dirtied_by=CASE_EVENTS)
REQUESTER = fragment(
    name="ticket.requester", template="tickets/_requester.html", dirtied_by=(TicketCreated, RecordChanged)
)
SHOWN = 200
"""Entries of the timeline on the page; earlier ones are a click away."""


def page_of(ticket: Ticket, viewer: Viewer, *, before: int | None = None) -> dict:
    """Everything on a ticket's page, for a person with these eyes."""
    rights = access.rights_on(viewer, ticket)
    entries = queries.timeline(ticket.pk, viewer).order_by("-id")
    if before:
        entries = entries.filter(pk__lt=before)
    shown = list(entries[: SHOWN + 1])
    return (
        header_of(ticket, rights)
        | controls_of(ticket, rights)
        | context_of(ticket, viewer, cases_of(ticket))
        | {"entries": shown[SHOWN - 1 :: -1] if len(shown) > SHOWN else shown[::-1], "earlier": len(shown) > SHOWN}
        | {"live": before is None, "kind": "reply" if rights["may_reply"] else "note"}
    )


def header_of(ticket: Ticket, rights: dict[str, bool]) -> dict:
    """What it is, where it stands, and its clocks."""
    clocks = [clock for clock in of_ticket(ticket.pk) if clock.state != "cancelled"]
    return {"ticket": ticket, "clocks": clocks, "may_resolve": Status.RESOLVED in MOVES[ticket.status]} | rights


def controls_of(ticket: Ticket, rights: dict[str, bool]) -> dict:
    """What a person with these rights may do to the ticket now."""
    names = dict(Status.choices)
    return {
        "ticket": ticket,
        "legal_moves": [(value, names[value]) for value in Status.values if value in MOVES[ticket.status]],
        "priorities": [(word, word.title()) for word in PRIORITY_RANKS],
        "types": [(kind.slug, kind.name) for kind in TicketType.objects.all()] if rights["may_change"] else [],
        "agents": list(access.agents()) if rights["may_assign"] else [],
    } | rights


def cases_of(ticket: Ticket) -> list[Dispute]:
    """All disputes about the ticket's order."""
    return list(disputes.of_order(ticket.order_id)) if ticket.order_id else []


def context_of(ticket: Ticket, viewer: Viewer, cases: list[Dispute]) -> dict:
    """The order, and of its disputes those that the person may see."""
    return {
        "ticket": ticket,
        "order": ticket.order,
        "disputes": [case for case in cases if disputes.may_see(viewer, case)],
        "may_dispute": not any(case.is_open for case in cases),
        "reasons": Reason.choices,
    }


def assign_dialog(viewer: Viewer, number: str = "") -> dict | None:
    """The dialog of leads that gives work away; without JavaScript opened for the ticket of this number."""
    if not viewer.is_lead:
        return None
    ticket = queries.for_rows(queries.visible_to(viewer)).filter(number=number).first() if number else None
    return {"agents": list(access.agents()), "ticket": ticket}


def _parts(viewer: Viewer, arg: str, paint: Paint) -> Iterator[Part]:
    """Only a pane that something touched costs a query."""
    pk = int(arg)
    here = pk in paint.dirt.of(HEADER, "ticket")
    lines = paint.once("lines", lambda: _lines(paint)).get(pk, [])
    case = pk in paint.once("cases", lambda: _cases(paint))
    others = paint.once("asked", lambda: _asked(paint))
    asked = others is None or pk in others
    if not (here or lines or case or asked):
        return
    ticket = paint.once(("ticket", pk), lambda: access.whole(Ticket.objects.all()).filter(pk=pk).first())
    if ticket is None:
        yield from gone(arg, paint)
        return
    rights = access.rights_on(viewer, ticket)
    if here:
        yield _whole(HEADER, ticket, paint, lambda: header_of(ticket, rights), rights)
    if pk in paint.dirt.of(CONTROLS, "ticket"):
        yield _whole(CONTROLS, ticket, paint, lambda: controls_of(ticket, rights), rights)
    if pk in paint.dirt.of(AUDIENCE, "ticket"):
        yield _whole(AUDIENCE, ticket, paint, lambda: {"ticket": ticket} | rights, rights)
    for message in lines:
        yield _line(ticket, message, paint)
    if case:
        cases = paint.once(("cases of", pk), lambda: cases_of(ticket))
        context = context_of(ticket, viewer, cases)
        yield _whole(CONTEXT, ticket, paint, lambda: context, {case.pk: True for case in context["disputes"]})
    if asked:
        yield _whole(REQUESTER, ticket, paint, lambda: {"ticket": ticket})


def gone(arg: str, paint: Paint) -> Iterator[Part]:
    """Instead of the ticket, for who may not see it any more."""
    element = f"ticket-{arg}"
    html = paint.html(GONE, arg, element, lambda: {"element": element})
    yield Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


GONE = Fragment(name="ticket.gone", template="tickets/_gone.html", dirtied_by=())


def _whole(which: Fragment, ticket: Ticket, paint: Paint, context, audience: dict | None = None) -> Part:
    element = f"ticket-{ticket.pk}-{which.name.partition('.')[2]}"
    key = (ticket.pk, *(audience or {}).items())
    html = paint.html(which, key, element, context, link=ticket.get_absolute_url())
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


def _line(ticket: Ticket, message: TicketMessage, paint: Paint) -> Part:
    element = f"ticket-message-{message.pk}"
    return Part(
        id=element,
        swap="row",
        pos=paint.pos,
        target=f"ticket-{ticket.pk}-timeline",
        html=paint.html(MESSAGE, message.pk, element, lambda: {"message": message}),
    )


def _lines(paint: Paint) -> dict[int, list[TicketMessage]]:
    """New entries of timelines, by ticket."""
    found: dict[int, list[TicketMessage]] = {}
    for message in queries.entries(paint.dirt.of(MESSAGE, "message")):
        found.setdefault(message.ticket_id, []).append(message)
    return found


def _cases(paint: Paint) -> set[int]:
    """Tickets whose order, or a dispute about it, was touched; and tickets that may be about another one now."""
    orders = paint.dirt.of(CONTEXT, "order") | disputes.orders_of(paint.dirt.of(CONTEXT, "dispute"))
    return queries.about_orders(orders) | paint.dirt.of(CONTEXT, "ticket")


def _asked(paint: Paint) -> set[int] | None:
    """Tickets whose requester asked or bought something just now. None: somebody has less of it, who is not known."""
    asked, bought = paint.dirt.of(REQUESTER, "ticket"), paint.dirt.of(REQUESTER, "order")
    people, clients = queries.requesters(asked), orders.clients(bought)
    if len(people) < len(asked) or len(clients) < len(bought):
        return None
    return queries.of_requesters({*people.values(), *clients.values()})


pane(name="ticket", may_see=access.may_see_ticket, parts=_parts, gone=gone)
