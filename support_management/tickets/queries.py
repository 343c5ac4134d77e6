"""What is read of tickets, and who may see which. Every door starts from here."""

from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from support_management.core import keyset
from support_management.core.time import now
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


def visible_to(viewer: Viewer) -> QuerySet[Ticket]:
    """All a person may know of: leads everything, agents own + unassigned + recently worked on, parties their own."""
    if viewer.is_lead:
        return Ticket.objects.all()
    if viewer.is_desk:
        return _served(viewer).filter(participation.visible_work(TicketParticipation, viewer))
    if viewer.role in roles.PARTIES:
        return Ticket.objects.filter(requester=viewer.id)
    return Ticket.objects.none()


def _served(viewer: Viewer) -> QuerySet[Ticket]:
    if not viewer.websites:
        return Ticket.objects.all()
    return Ticket.objects.filter(Q(website__isnull=True) | Q(website__in=viewer.websites))


def may_see(viewer: Viewer, ticket: Ticket, participants: frozenset[int] | None = None) -> bool:
    """`visible_to` for one row in hand. `participants`: who took part lately, when already known."""
    if viewer.is_lead:
        return True
    if viewer.is_desk:
        return participation.may_see(TicketParticipation, viewer, ticket, participants)
    return viewer.role in roles.PARTIES and ticket.requester_id == viewer.id


def may_change(viewer: Viewer, ticket: Ticket) -> bool:
    """Status, priority, type, tags, public replies: own and unassigned work; leads everybody's."""
    return viewer.is_lead or (
        viewer.is_desk and viewer.serves(ticket.website_id) and ticket.assignee_id in (None, viewer.id)
    )


def lane(slug: str, viewer: Viewer) -> QuerySet[Ticket]:
    """Open work of a lane of the queue board, in work order."""
    rows = visible_to(viewer).filter(is_open=True)
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


def own_first(viewer: Viewer, *, narrow, limit: int) -> list[Ticket]:
    """Open work the person may see: theirs, then the rest, each in work order. `narrow` filters a queryset further."""
    rows = narrow(for_rows(visible_to(viewer).filter(is_open=True)).order_by(*WORK_ORDER))
    mine = list(rows.filter(assignee=viewer.id)[:limit])
    return mine + list(rows.exclude(assignee=viewer.id)[: limit - len(mine)])


def open_totals(viewer: Viewer) -> dict[str, int]:
    """How much open work the person may see, and how much of it is theirs."""
    mine = Count("pk", filter=Q(assignee=viewer.id))
    return visible_to(viewer).filter(is_open=True).aggregate(total_open=Count("pk"), total_assigned_to_me=mine)


def in_lane(slug: str, viewer: Viewer, ticket: Ticket, participants: frozenset[int], moment: datetime) -> bool:
    """`lane` for one row in hand."""
    return ticket.is_open and may_see(viewer, ticket, participants) and belongs(slug, viewer, ticket, moment)


def belongs(slug: str, viewer: Viewer, ticket: Ticket, moment: datetime) -> bool:
    """Whether an open ticket that the person may see lies in this lane."""
    if slug == "unassigned":
        return ticket.assignee_id is None
    if slug == "mine":
        return ticket.assignee_id == viewer.id
    if slug == "high_priority":
        return ticket.priority <= 2
    return ticket.next_due_at < moment


def after(rows: QuerySet[Ticket], place: tuple) -> QuerySet[Ticket]:
    """The part of a list in work order behind (priority, next_due_at, id)."""
    return rows.filter(keyset.behind(WORK_ORDER, place))


def for_rows(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With everything a row shows, in the same query."""
    return rows.select_related("type", "requester", "assignee")


def for_page(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With everything a ticket's page and the API show."""
    return rows.select_related(
        "type", "requester", "assignee", "website", "order", "order__client", "order__writer", "dispute"
    ).prefetch_related(Prefetch("tags", Tag.objects.order_by("name")))


def rows_by_id(ids) -> dict[int, Ticket]:
    """Rows for the live path, in one query."""
    return for_rows(Ticket.objects.all()).in_bulk(list(ids))


def participants(ids) -> dict[int, frozenset[int]]:
    """Who took part lately in each of the tickets."""
    return participation.participants(TicketParticipation, ids)


def about_orders(ids) -> set[int]:
    """Keys of the tickets about these orders."""
    return set(Ticket.objects.filter(order__in=list(ids)).values_list("pk", flat=True)) if ids else set()


def of_requesters(ids) -> set[int]:
    """Keys of all tickets of these people."""
    return set(Ticket.objects.filter(requester__in=list(ids)).values_list("pk", flat=True)) if ids else set()


def requesters(ids) -> dict[int, int]:
    """Who asked, by ticket."""
    return dict(Ticket.objects.filter(pk__in=list(ids)).values_list("pk", "requester")) if ids else {}


def entries(ids) -> list[TicketMessage]:
    """Entries of timelines, oldest first."""
    rows = TicketMessage.objects.filter(pk__in=list(ids)).select_related("author").order_by("id")
    return list(rows) if ids else []


def timeline(ticket_id: int, viewer: Viewer) -> QuerySet[TicketMessage]:
    """Oldest first. Who is not at the desk sees what was said in public, nothing else."""
    rows = TicketMessage.objects.filter(ticket=ticket_id).select_related("author").order_by("id")
    return rows if viewer.is_desk else rows.filter(kind__in=["reply", "requester"])
