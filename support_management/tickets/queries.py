"""Queries on tickets and their visibility. Console, API and live path start from here.

Two questions: what a person may open (`visible_to`), and what lists, boards and counts show them (`listed_for`).
"""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from support_management.core import keyset
from support_management.core.time import now
from support_management.orders.models import Order
from support_management.people import participation, roles
from support_management.people.viewer import Viewer
from support_management.tickets.models import Tag, Ticket, TicketMessage, TicketParticipation

WORK_ORDER = ("priority", "next_due_at", "id")
LANES = {
    "unassigned": "Unassigned",
    "mine": "My tickets",
    "high_priority": "High priority",
    "overdue": "Overdue",
}
REACHES = frozenset({"number", "q", "assignee"})
"""Filters by which somebody looks for tickets: a list with one of them has all that the person may open."""


def visible_to(viewer: Viewer) -> QuerySet[Ticket]:
    """Tickets the viewer may open: leads all; agents those of their websites; customers their own.

    With AGENTS_READ_ALL off, agents may open what `listed_for` has.
    """
    if viewer.is_lead:
        return Ticket.objects.all()
    if viewer.is_desk:
        return _served(viewer) if settings.AGENTS_READ_ALL else _worked_on(viewer)
    if viewer.role in roles.PARTIES:
        return Ticket.objects.filter(requester=viewer.id)
    return Ticket.objects.none()


def listed_for(viewer: Viewer) -> QuerySet[Ticket]:
    """Tickets in lists, boards and counts: `visible_to`; for agents own, unassigned and recently worked on."""
    return _worked_on(viewer) if viewer.is_desk and not viewer.is_lead else visible_to(viewer)


def in_list(viewer: Viewer, filters: Iterable[str]) -> QuerySet[Ticket]:
    """The tickets of a list with these filters (names of those with a value), before they are applied."""
    return listed_for(viewer) if REACHES.isdisjoint(filters) else visible_to(viewer)


def _worked_on(viewer: Viewer) -> QuerySet[Ticket]:
    return _served(viewer).filter(participation.visible_work(TicketParticipation, viewer))


def _served(viewer: Viewer) -> QuerySet[Ticket]:
    if not viewer.websites:
        return Ticket.objects.all()
    return Ticket.objects.filter(Q(website__isnull=True) | Q(website__in=viewer.websites))


def unchecked() -> QuerySet[Ticket]:
    """All tickets, for callers who check each one: a fragment is painted once for several viewers."""
    return Ticket.objects.all()


def may_see(viewer: Viewer, ticket: Ticket) -> bool:
    """`visible_to` for a loaded ticket."""
    if viewer.is_lead:
        return True
    if viewer.is_desk:
        return viewer.serves(ticket.website_id) and (settings.AGENTS_READ_ALL or is_listed(viewer, ticket))
    return viewer.role in roles.PARTIES and ticket.requester_id == viewer.id


def is_listed(viewer: Viewer, ticket: Ticket, participants: frozenset[int] | None = None) -> bool:
    """`listed_for` for a loaded ticket. `participants`: its recent participants, if already loaded."""
    if viewer.is_desk and not viewer.is_lead:
        return participation.may_see(TicketParticipation, viewer, ticket, participants)
    return may_see(viewer, ticket)


def may_change(viewer: Viewer, ticket: Ticket) -> bool:
    """Permission for status, priority, type, tags and public replies: own and unassigned work; leads all."""
    return viewer.is_lead or (
        viewer.is_desk and viewer.serves(ticket.website_id) and ticket.assignee_id in (None, viewer.id)
    )


def lane(slug: str, viewer: Viewer) -> QuerySet[Ticket]:
    """Open tickets of a lane of the queue board, in work order. KeyError for an unknown lane."""
    rows = listed_for(viewer).filter(is_open=True)
    if slug == "unassigned":
        rows = rows.filter(assignee__isnull=True)
    elif slug == "mine":
        rows = rows.filter(assignee=viewer.id)
    elif slug == "high_priority":
        rows = rows.filter(priority__lte=2)
    elif slug == "overdue":
        rows = rows.filter(next_due_at__lt=now())
    else:
        raise KeyError(slug)
    return rows.order_by(*WORK_ORDER)


def search(rows: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    """Those with this number, or with every word of the text in their subject, in any case."""
    found = Q()
    for word in text.split():
        found &= Q(subject__iregex="".join(map(_either_case, word)))
    number = Ticket.number_in(text)
    return rows.filter(found | Q(number=number) if number else found)


def _either_case(letter: str) -> str:
    """For a regular expression: SQLite and PostgreSQL in the locale C know only the capitals of ASCII."""
    both = letter.lower(), letter.upper()
    return re.escape(letter) if letter.isascii() or {len(case) for case in both} != {1} else f"[{''.join(both)}]"


def own_first(viewer: Viewer, *, narrow, limit: int) -> list[Ticket]:
    """Open listed tickets: the viewer's own, then others, each in work order. `narrow` adds filters to a queryset."""
    rows = narrow(for_rows(listed_for(viewer).filter(is_open=True)).order_by(*WORK_ORDER))
    mine = list(rows.filter(assignee=viewer.id)[:limit])
    return mine + list(rows.exclude(assignee=viewer.id)[: limit - len(mine)])


def open_totals(viewer: Viewer) -> dict[str, int]:
    """Numbers of open tickets that are listed for the viewer and that are assigned to them."""
    mine = Count("pk", filter=Q(assignee=viewer.id))
    return listed_for(viewer).filter(is_open=True).aggregate(total_open=Count("pk"), total_assigned_to_me=mine)


def in_lane(slug: str, viewer: Viewer, ticket: Ticket, participants: frozenset[int], moment: datetime) -> bool:
    """`lane` for a loaded ticket."""
    return ticket.is_open and is_listed(viewer, ticket, participants) and belongs(slug, viewer, ticket, moment)


def belongs(slug: str, viewer: Viewer, ticket: Ticket, moment: datetime) -> bool:
    """Whether an open, listed ticket belongs to this lane."""
    if slug == "unassigned":
        return ticket.assignee_id is None
    if slug == "mine":
        return ticket.assignee_id == viewer.id
    if slug == "high_priority":
        return ticket.priority <= 2
    return ticket.next_due_at < moment


def after(rows: QuerySet[Ticket], place: tuple) -> QuerySet[Ticket]:
    """The rows of a list in work order after the place (priority, next_due_at, id)."""
    return rows.filter(keyset.behind(WORK_ORDER, place))


def for_rows(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With the related rows that a list row shows."""
    return rows.select_related("type", "requester", "assignee")


def for_list(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With the related rows that the list of all tickets shows."""
    return for_rows(rows).select_related("website")


def for_page(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With the related rows that a ticket's page and the API show."""
    return rows.select_related(
        "type", "requester", "assignee", "website", "order", "order__client", "order__writer", "dispute", "follow_up_of"
    ).prefetch_related(Prefetch("tags", Tag.objects.order_by("name")))


def rows_by_id(ids) -> dict[int, Ticket]:
    """Tickets by id for the live path, in one query."""
    return for_rows(Ticket.objects.all()).in_bulk(list(ids))


def participants(ids) -> dict[int, frozenset[int]]:
    """Recent participants of each ticket."""
    return participation.participants(TicketParticipation, ids)


def about_orders(ids) -> set[int]:
    """Ids of the tickets about these orders."""
    return set(Ticket.objects.filter(order__in=list(ids)).values_list("pk", flat=True)) if ids else set()


def orders_of(ids) -> set[int]:
    """Ids of the orders of these tickets."""
    return (
        set(Ticket.objects.filter(pk__in=list(ids), order__isnull=False).values_list("order", flat=True))
        if ids
        else set()
    )


def of_requesters(ids) -> set[int]:
    """Ids of all tickets of these requesters."""
    return set(Ticket.objects.filter(requester__in=list(ids)).values_list("pk", flat=True)) if ids else set()


def websites_of(person_id: int) -> set[int]:
    """Websites that a person has dealings with: those of the orders they bought or write, and of their tickets."""
    own = Ticket.objects.filter(requester=person_id, website__isnull=False).order_by().values_list("website")
    bought, written = (Order.objects.filter(**{role: person_id}).order_by() for role in ("client", "writer"))
    return {pk for (pk,) in own.union(bought.values_list("website"), written.values_list("website"))}


def requesters(ids) -> dict[int, int]:
    """The requester of each ticket, by ticket id."""
    return dict(Ticket.objects.filter(pk__in=list(ids)).values_list("pk", "requester")) if ids else {}


def entries(ids) -> QuerySet[TicketMessage]:
    """Timeline entries by id, oldest first."""
    return TicketMessage.objects.filter(pk__in=list(ids)).select_related("author").order_by("id")


def timeline(ticket_id: int, viewer: Viewer) -> QuerySet[TicketMessage]:
    """The timeline, oldest first. Customers see only public replies and their own messages."""
    rows = TicketMessage.objects.filter(ticket=ticket_id).select_related("author").order_by("id")
    return rows if viewer.is_desk else rows.filter(kind__in=["reply", "requester"])
