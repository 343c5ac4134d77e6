"""Unassigned work that is assigned automatically, or that an agent may get with "Next ticket"."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max, QuerySet, Sum

from support_management.disputes.models import Dispute
from support_management.people.viewer import Viewer
from support_management.routing.inputs import snapshot
from support_management.tickets.models import Ticket, TicketType
from support_management.tickets.queries import WORK_ORDER, after
from support_management.tickets.status import COUNTS_AS_LOAD

PAGE = 200
"""Tickets or disputes per page."""
OLDEST = 50
"""Oldest tickets added to the first page, because waiting time may rank them above it."""
AUTOMATIC, PULL = TicketType.Mode.AUTOMATIC, TicketType.Mode.PULL


def tickets(*modes: str) -> QuerySet[Ticket]:
    """Unassigned tickets in queues of these modes (default: automatic); pending and on-hold tickets need no owner.

    The queue ids are read first: with literal ids, databases use the index of waiting tickets.
    """
    queues = TicketType.objects.filter(mode__in=modes or (AUTOMATIC,)).order_by()
    return _unassigned().filter(type__in=list(queues.values_list("pk", flat=True)))


def ticket(pk: int) -> QuerySet[Ticket]:
    """This ticket, if it is unassigned in an automatic queue."""
    return _unassigned().filter(pk=pk, type__mode=AUTOMATIC)


def _unassigned() -> QuerySet[Ticket]:
    return snapshot.read_tickets().filter(is_open=True, assignee__isnull=True, status__in=COUNTS_AS_LOAD)


def disputes() -> QuerySet[Dispute]:
    """Unassigned disputes; none unless DISPUTE_MODE is automatic."""
    if settings.DISPUTE_MODE != AUTOMATIC:
        return Dispute.objects.none()
    return snapshot.read_disputes().filter(is_open=True, assignee__isnull=True)


def exists() -> bool:
    """Whether any work waits for automatic assignment."""
    return tickets().order_by().exists() or disputes().order_by().exists()


def oldest_since(moment: datetime | None) -> datetime | None:
    """Since when the oldest work waits that has begun to wait, or has changed, after this moment (None: ever)."""
    waiting = [rows.order_by("updated_at").values_list("updated_at", flat=True) for rows in (tickets(), disputes())]
    if moment is not None:
        waiting = [rows.filter(updated_at__gt=moment) for rows in waiting]
    return min(filter(None, (rows.first() for rows in waiting)), default=None)


def fingerprint() -> tuple:
    """A value that differs whenever the waiting work has changed."""
    figures = {"number": Count("pk"), "versions": Sum("version"), "last": Max("pk")}
    ticket_figures = tickets().select_related(None).order_by().aggregate(**figures)
    dispute_figures = disputes().select_related(None).order_by().aggregate(**figures)
    return (*ticket_figures.values(), *dispute_figures.values())


def pages() -> Iterator[tuple[list[Ticket], list[Dispute]]]:
    """All waiting tickets in pages in work order; disputes come with the first page."""
    rows = tickets().order_by(*WORK_ORDER)
    page = list(rows[:PAGE])
    first_page = {row.pk: row for row in page}
    if len(page) == PAGE:
        first_page |= {row.pk: row for row in tickets().order_by("created_at", "pk")[:OLDEST]}
    yield list(first_page.values()), list(disputes().order_by("next_due_at", "pk")[:PAGE])
    while len(page) == PAGE:
        last = page[-1]
        page = list(after(rows, (last.priority, last.next_due_at, last.pk))[:PAGE])
        yield page, []


def first_tickets(number: int) -> list[Ticket]:
    """The first `number` tickets that wait for automatic assignment, in work order."""
    return list(tickets().order_by(*WORK_ORDER)[:number])


def tickets_for(viewer: Viewer, number: int) -> list[Ticket]:
    """The first `number` tickets in automatic and pull queues on websites that this agent serves, in work order."""
    rows = tickets(AUTOMATIC, PULL).order_by(*WORK_ORDER)
    if viewer.websites:
        rows = rows.filter(website__isnull=True) | rows.filter(website__in=viewer.websites)
    return list(rows[:number])
