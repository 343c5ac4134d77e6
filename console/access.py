"""Who may see which page, pane and object. Views, fragments and sockets check here."""

from datetime import date

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from support_management.analytics import reports
from support_management.analytics.models import SLAReport
from support_management.calendars import queries as calendars
from support_management.calendars.models import BusinessCalendar
from support_management.core.errors import Conflict, Invalid, NotFound
from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.orders import queries as orders
from support_management.orders.listing import filter_of
from support_management.orders.models import Order
from support_management.payment_issues import listing as payment_list
from support_management.payment_issues import queries as payment_issues
from support_management.payment_issues.models import PaymentIssueLog
from support_management.people import agents, roles
from support_management.people.availability import queries as availability
from support_management.people.models import User
from support_management.people.viewer import Viewer, viewer_of
from support_management.sla.board.filters import narrow_of
from support_management.tickets import queries as tickets
from support_management.tickets.acquaintance import known_to
from support_management.tickets.models import Ticket, TicketMessage
from support_management.tickets.status import Status


def ticket_by_number(number: str, *, seen_by: User) -> Ticket:
    """The ticket. Raises Http404, with the same text whether it does not exist or the person may not see it."""
    row = with_details(tickets.visible_to(viewer_of(seen_by))).filter(number=number).first()
    if row is None:
        raise Http404("This ticket does not exist or you don't have access to it.")
    return row


def with_details(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Tickets with everything their page shows, including the customer's number of orders and tickets."""
    return tickets.for_page(rows).annotate(
        requester_orders=_count(orders.unchecked().filter(client=OuterRef("requester")), "client"),
        requester_tickets=_count(tickets.unchecked().filter(requester=OuterRef("requester")), "requester"),
    )


def _count(rows: QuerySet, by: str) -> Coalesce:
    counts = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def message_by_pk(pk: int, *, seen_by: User) -> TicketMessage:
    """The message. Raises Http404 when it does not exist or the person may not see its ticket."""
    row = tickets.entries([pk]).select_related("ticket").first() if pk < 2**63 else None
    if row is None or not tickets.visible_to(viewer_of(seen_by)).filter(pk=row.ticket_id).exists():
        raise Http404("This message does not exist or you don't have access to it.")
    return row


def ticket_key(number: str) -> int:
    """The primary key of a ticket. Raises NotFound; permissions are checked by the capability."""
    pk = tickets.unchecked().filter(number=number).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound("This ticket")
    return pk


def order_key(ticket: Ticket) -> int:
    """The primary key of the ticket's order. Raises Conflict (`no_order`) when it has none."""
    if ticket.order_id is None:
        raise Conflict("no_order", f"{ticket.number} has no order to dispute.")
    return ticket.order_id


def order_by_pk(pk: int, *, seen_by: User) -> Order:
    """The order. Raises Http404, with the same text whether it does not exist or the person may not see it."""
    row = orders.visible_to(viewer_of(seen_by)).filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404("This order does not exist or you don't have access to it.")
    return row


def payment_by_pk(pk: int, *, seen_by: User) -> PaymentIssueLog:
    """The payment issue. Raises Http404, with the same text whether it is missing or the person may not see it."""
    rows = payment_issues.with_people(payment_issues.visible_to(viewer_of(seen_by)))
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404("This payment issue does not exist or you don't have access to it.")
    return row


def dispute_by_pk(pk: int, *, seen_by: User) -> Dispute:
    """The dispute. Raises Http404, with the same text whether it does not exist or the person may not see it."""
    row = disputes.for_cards(disputes.visible_to(viewer_of(seen_by))).filter(pk=pk).first()
    if row is None:
        raise Http404("This dispute does not exist or you don't have access to it.")
    return row


def calendar_by_pk(pk: int) -> BusinessCalendar:
    """The calendar. Raises Http404 when it does not exist; leads see all calendars."""
    row = calendars.all_calendars().filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404("This calendar does not exist.")
    return row


def report_of(kind: str, start: date) -> SLAReport:
    """The SLA report of a week or month. Raises Http404 when there is none; leads see all reports."""
    row = reports.all_reports().filter(kind=kind, start=start).first()
    if row is None:
        raise Http404("There is no report for this period.")
    return row


def person_by_pk(pk: int, *, seen_by: User) -> User:
    """The person. Raises Http404, with the same text whether they do not exist or the viewer does not know them."""
    person = known_to(viewer_of(seen_by)).filter(pk=pk).first() if pk < 2**63 else None
    if person is None:
        raise Http404("This person does not exist or you don't have access to them.")
    return person


def agent_by_pk(pk: int) -> User | None:
    """An active agent, lead or admin; whether they are eligible for a ticket is checked by the capability."""
    return User.objects.filter(role__in=roles.AGENTS, is_active=True, pk=pk).first()


def desk_person(pk: int | None, *, field: str) -> User | None:
    """The agent, lead or admin; None for None. Invalid unknown_person; the capability checks the role."""
    if pk is None:
        return None
    person = User.objects.filter(role__in=roles.DESK, is_active=True, pk=pk).first()
    if person is None:
        raise Invalid("unknown_person", "This person does not exist.", field=field)
    return person


def agent_seen(pk: int, *, seen_by: User) -> User:
    """An agent with their availability. Raises Http404; agents see themselves, leads see everybody."""
    row = availability.of(viewer_of(seen_by), pk).first()
    if row is None:
        raise Http404("This agent does not exist or you don't have access to them.")
    row.user.availability = row
    return row.user


def agent_formerly_at(name: str, *, seen_by: User) -> User:
    """The agent whose page once had this user name in its address. Raises Http404 as `agent_seen` does."""
    person = User.objects.who_signs_in(name)
    return agent_seen(person.pk if person else 0, seen_by=seen_by)


def owners(work: Ticket | Order | PaymentIssueLog | None = None) -> list[User]:
    """Possible assignees of a ticket, order or payment issue.

    Without one: all possible assignees, each with `served_pks`, the websites they serve; empty means all websites.
    """
    if work is not None:
        return list(agents.owners_of(work.website_id))
    users = list(agents.owners().prefetch_related("support_profile__websites"))
    for user in users:
        websites = [] if user.is_lead else user.support_profile.websites.all()
        user.served_pks = [website.pk for website in websites]  # type: ignore[attr-defined]
    return users


def current_and_former_agents() -> QuerySet[User]:
    """Everybody who is or was an agent, by name."""
    return User.objects.filter(support_profile__isnull=False).order_by("name", "pk")


def rights_on(viewer: Viewer, ticket: Ticket) -> dict[str, bool]:
    """Change: own and unassigned tickets; leads all. Assign: own tickets; leads all. Take: unassigned tickets.

    `reply_takes`: a reply assigns the ticket to the viewer. `must_say_why`: a hand-over to others needs a reason.
    """
    unassigned = ticket.is_open and ticket.assignee_id is None
    change, is_agent = tickets.may_change(viewer, ticket), viewer.role in roles.AGENTS
    return {
        "may_change": change,
        "may_reply": change and ticket.status != Status.CLOSED,
        "may_assign": ticket.is_open and (viewer.is_lead or ticket.assignee_id == viewer.id),
        "may_take": unassigned and change and is_agent,
        "reply_takes": ticket.assignee_id is None and change and is_agent and ticket.type.reply_takes,
        "must_say_why": not viewer.is_lead,
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
    """A column of the dispute board."""
    return viewer.is_desk and slug in disputes.COLUMNS


def may_see_orders(viewer: Viewer, word: str) -> bool:
    """The list of orders, or a part of it."""
    return viewer.is_desk and filter_of(word) is not None


def may_see_order(viewer: Viewer, pk: str) -> bool:
    """The pane of one order."""
    return viewer.is_desk and is_key(pk) and orders.visible_to(viewer).filter(pk=int(pk)).exists()


def may_see_payments(viewer: Viewer, word: str) -> bool:
    """The list of payment issues, or a part of it."""
    return viewer.is_desk and payment_list.filter_of(word) is not None


def may_see_payment(viewer: Viewer, pk: str) -> bool:
    """The pane of one payment issue."""
    return viewer.is_desk and is_key(pk) and payment_issues.visible_to(viewer).filter(pk=int(pk)).exists()


def may_see_dashboard(viewer: Viewer, agent: str) -> bool:
    """The figures of an agent: their own; leads see everybody's."""
    return viewer.is_desk and is_key(agent) and (viewer.is_lead or int(agent) == viewer.id)


def may_see_team(viewer: Viewer, arg: str) -> bool:
    """The table of all agents."""
    return viewer.is_lead and not arg


def may_see_what_if(viewer: Viewer, pk: str) -> bool:
    """The routing preview of a ticket."""
    return viewer.is_lead and may_see_ticket(viewer, pk)


def may_see_sla(viewer: Viewer, word: str) -> bool:
    """The SLA board, or a part of it."""
    return viewer.is_lead and narrow_of(word) is not None


_VISIBLE = {
    "ticket": tickets.visible_to,
    "dispute": disputes.visible_to,
    "order": orders.visible_to,
    "payment": payment_issues.visible_to,
}


def may_see_clocks(viewer: Viewer, work: str) -> bool:
    """The clocks of a piece of work, named like `dispute-12`: visible with the item itself."""
    kind, _, pk = work.partition("-")
    rows = _VISIBLE.get(kind)
    return viewer.is_desk and rows is not None and is_key(pk) and rows(viewer).filter(pk=int(pk)).exists()


def may_see_status(viewer: Viewer, person: str) -> bool:
    """The status in one's own top bar."""
    return viewer.role in roles.AGENTS and viewer.is_desk and is_key(person) and int(person) == viewer.id


def may_see_notices(viewer: Viewer, person: str) -> bool:
    """Notifications are visible to their recipient only, not to leads."""
    return viewer.is_desk and is_key(person) and int(person) == viewer.id


def is_key(text: str) -> bool:
    """Whether the text is a primary key: ASCII digits, at most 18."""
    return text.isascii() and text.isdigit() and len(text) <= 18
