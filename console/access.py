"""Who may see which page, pane and object. Views, fragments and sockets ask here."""

from datetime import date

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from support_management.analytics import reports
from support_management.analytics.models import SLAReport
from support_management.calendars import queries as calendars
from support_management.calendars.models import BusinessCalendar
from support_management.core.errors import Conflict, NotFound
from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.orders import queries as orders
from support_management.orders.models import Order
from support_management.people import agents, roles
from support_management.people.availability import queries as availability
from support_management.people.models import User
from support_management.people.viewer import Viewer, viewer_of
from support_management.sla.board.filters import narrow_of
from support_management.tickets import queries as tickets
from support_management.tickets.models import Ticket
from support_management.tickets.status import Status


def ticket_by_number(number: str, *, seen_by: User) -> Ticket:
    """The ticket, or 404: whether it does not exist or is not theirs to see is not told."""
    row = whole(tickets.visible_to(viewer_of(seen_by))).filter(number=number).first()
    if row is None:
        raise Http404("This ticket does not exist or you don't have access to it.")
    return row


def whole(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Tickets with everything their page shows, how much the requester bought and asked included."""
    return tickets.for_page(rows).annotate(
        requester_orders=_count(Order.objects.filter(client=OuterRef("requester")), "client"),
        requester_tickets=_count(Ticket.objects.filter(requester=OuterRef("requester")), "requester"),
    )


def _count(rows: QuerySet, by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def key_of(number: str) -> int:
    """The key of a ticket that exists; whether the person may know of it is for the capability to say."""
    pk = Ticket.objects.filter(number=number).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound("This ticket")
    return pk


def order_of(ticket: Ticket) -> int:
    """The key of the order that a ticket is about."""
    if ticket.order_id is None:
        raise Conflict("no_order", f"{ticket.number} has no order to dispute.")
    return ticket.order_id


def dispute_by_pk(pk: int, *, seen_by: User) -> Dispute:
    """The dispute, or 404 without saying which."""
    row = disputes.for_cards(disputes.visible_to(viewer_of(seen_by))).filter(pk=pk).first()
    if row is None:
        raise Http404("This dispute does not exist or you don't have access to it.")
    return row


def calendar_by_pk(pk: int) -> BusinessCalendar:
    """The calendar, or 404. Every lead sees all of them."""
    row = calendars.all_calendars().filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404("This calendar does not exist.")
    return row


def report_of(kind: str, start: date) -> SLAReport:
    """The SLA report of that week or month, or 404. Every lead sees all of them."""
    row = reports.all_reports().filter(kind=kind, start=start).first()
    if row is None:
        raise Http404("There is no report for this period.")
    return row


def agent_by_pk(pk: int) -> User | None:
    """Somebody at the desk; why they cannot own a certain piece of work is the capability's to say."""
    return User.objects.filter(role__in=roles.AGENTS, is_active=True, pk=pk).first()


def agent_seen(username: str, *, seen_by: User) -> User:
    """An agent with their availability, or 404: agents see themselves, leads everybody."""
    viewer = viewer_of(seen_by)
    row = availability.visible_to(viewer).filter(user__username=username).first() if "\0" not in username else None
    if row is None:
        raise Http404("This agent does not exist or you don't have access to them.")
    row.user.availability = row
    return row.user


def owners(work: Ticket | Order | None = None) -> list[User]:
    """To whom this piece of work can be given; without one everybody, each with `served_pks`: none for all."""
    if work is not None:
        return list(agents.owners_of(work.website_id))
    found = list(agents.owners().prefetch_related("support_profile__websites"))
    for user in found:
        websites = [] if user.is_lead else user.support_profile.websites.all()
        user.served_pks = [website.pk for website in websites]  # type: ignore[attr-defined]
    return found


def everybody_who_owned() -> QuerySet[User]:
    """Agents of now and of then, by name."""
    return User.objects.filter(support_profile__isnull=False).order_by("name", "pk")


def rights_on(viewer: Viewer, ticket: Ticket) -> dict[str, bool]:
    """Change: own and unassigned work, or a lead. Assign: leads, and agents their own. Take: what is free."""
    free = ticket.is_open and ticket.assignee_id is None
    change = tickets.may_change(viewer, ticket)
    return {
        "may_change": change,
        "may_reply": change and ticket.status != Status.CLOSED,
        "may_assign": ticket.is_open and (viewer.is_lead or ticket.assignee_id == viewer.id),
        "may_take": free and change and viewer.role in roles.AGENTS,
    }


def may_see_board(viewer: Viewer, lane: str) -> bool:
    """A lane of the queue board."""
    return viewer.is_desk and lane in tickets.LANES


def may_see_ticket(viewer: Viewer, pk: str) -> bool:
    """The pane of one ticket."""
    return viewer.is_desk and is_key(pk) and tickets.visible_to(viewer).filter(pk=int(pk)).exists()


def may_see_disputes(viewer: Viewer, arg: str) -> bool:
    """The dispute board."""
    return viewer.is_desk and not arg


def may_see_column(viewer: Viewer, slug: str) -> bool:
    """A column of it."""
    return viewer.is_desk and slug in disputes.COLUMNS


def may_see_dashboard(viewer: Viewer, agent: str) -> bool:
    """Own figures; leads everybody's."""
    return viewer.is_desk and is_key(agent) and (viewer.is_lead or int(agent) == viewer.id)


def may_see_team(viewer: Viewer, arg: str) -> bool:
    """The table of all agents."""
    return viewer.is_lead and not arg


def may_see_what_if(viewer: Viewer, pk: str) -> bool:
    """Who would get a ticket now."""
    return viewer.is_lead and may_see_ticket(viewer, pk)


def may_see_sla(viewer: Viewer, word: str) -> bool:
    """The SLA board, or a part of it."""
    return viewer.is_lead and narrow_of(word) is not None


def may_see_clocks(viewer: Viewer, work: str) -> bool:
    """The clocks of one piece of work, named `dispute-12`: whoever may see the work."""
    kind, _, pk = work.partition("-")
    rows = {"ticket": tickets.visible_to, "dispute": disputes.visible_to, "order": orders.visible_to}.get(kind)
    return viewer.is_desk and rows is not None and is_key(pk) and rows(viewer).filter(pk=int(pk)).exists()


def may_see_status(viewer: Viewer, person: str) -> bool:
    """The status in one's own top bar."""
    return viewer.role in roles.AGENTS and viewer.is_desk and is_key(person) and int(person) == viewer.id


def may_see_notices(viewer: Viewer, person: str) -> bool:
    """What somebody was told is theirs alone; a lead sees no other's either."""
    return viewer.is_desk and is_key(person) and int(person) == viewer.id


def is_key(text: str) -> bool:
    """A primary key as a page writes it: no other digits than 0 to 9, none too many."""
    return text.isascii() and text.isdigit() and len(text) <= 18
