"""Work that nobody has and that rules hand out, or that an agent may be given next."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Max, QuerySet, Sum

from support_management.disputes.models import Dispute
from support_management.people.viewer import Viewer
from support_management.routing.inputs import snapshot
from support_management.tickets.models import Ticket, TicketType
from support_management.tickets.queries import WORK_ORDER, after
from support_management.tickets.status import COUNTS_AS_LOAD

PAGE = 200
OLDEST = 50
"""So many of the oldest are looked at beside the first page: waiting raises them above it."""
AUTOMATIC, PULL = TicketType.Mode.AUTOMATIC, TicketType.Mode.PULL


def tickets(*modes: str) -> QuerySet[Ticket]:
    """Tickets of queues of these modes that want an owner now; who waits for the requester wants none.

    The queues are asked first: told by their keys, a database finds the index of what waits in them.
    """
    queues = TicketType.objects.filter(mode__in=modes or (AUTOMATIC,)).order_by()
    return _free().filter(type__in=list(queues.values_list("pk", flat=True)))


def ticket(pk: int) -> QuerySet[Ticket]:
    """This one, if it waits in an automatic queue."""
    return _free().filter(pk=pk, type__mode=AUTOMATIC)


def _free() -> QuerySet[Ticket]:
    return snapshot.read_tickets().filter(is_open=True, assignee__isnull=True, status__in=COUNTS_AS_LOAD)


def disputes() -> QuerySet[Dispute]:
    """Disputes that rules hand out: none, unless DISPUTE_MODE is automatic."""
    if settings.DISPUTE_MODE != AUTOMATIC:
        return Dispute.objects.none()
    return snapshot.read_disputes().filter(is_open=True, assignee__isnull=True)


def anything() -> bool:
    """Whether rules have anything to hand out."""
    return tickets().order_by().exists() or disputes().order_by().exists()


def mark() -> tuple:
    """Another one whenever what waits is another, or was changed."""
    figures = {"number": Count("pk"), "versions": Sum("version"), "last": Max("pk")}
    rows = tickets().select_related(None).order_by().aggregate(**figures)
    cases = disputes().select_related(None).order_by().aggregate(**figures)
    return (*rows.values(), *cases.values())


def pages() -> Iterator[tuple[list[Ticket], list[Dispute]]]:
    """Everything that waits, a page at a time, in work order; disputes come with the first."""
    rows = tickets().order_by(*WORK_ORDER)
    page = list(rows[:PAGE])
    found = {row.pk: row for row in page}
    if len(page) == PAGE:
        found |= {row.pk: row for row in tickets().order_by("created_at", "pk")[:OLDEST]}
    yield list(found.values()), list(disputes().order_by("next_due_at", "pk")[:PAGE])
    while len(page) == PAGE:
        last = page[-1]
        page = list(after(rows, (last.priority, last.next_due_at, last.pk))[:PAGE])
        yield page, []


def head(number: int) -> list[Ticket]:
    """The first so many tickets that rules hand out."""
    return list(tickets().order_by(*WORK_ORDER)[:number])


def for_taking(viewer: Viewer, number: int) -> list[Ticket]:
    """The first so many tickets that this agent may be given next: of automatic and pull queues they serve."""
    rows = tickets(AUTOMATIC, PULL).order_by(*WORK_ORDER)
    if viewer.websites:
        rows = rows.filter(website__isnull=True) | rows.filter(website__in=viewer.websites)
    return list(rows[:number])
