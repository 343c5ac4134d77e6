"""Who may see which page, pane and object. Views, fragments and sockets ask here."""

from django.http import Http404

from support_management.people.models import User
from support_management.people.viewer import Viewer, viewer_of
from support_management.tickets import queries as tickets
from support_management.tickets.models import Ticket


def ticket_by_number(number: str, *, seen_by: User) -> Ticket:
    """The ticket, or 404: whether it does not exist or is not theirs to see is not told."""
    row = tickets.for_page(tickets.visible_to(viewer_of(seen_by))).filter(number=number).first()
    if row is None:
        raise Http404("This ticket does not exist or is not yours to see.")
    return row


def may_see_board(viewer: Viewer, lane: str) -> bool:
    """A lane of the queue board."""
    return viewer.is_desk and lane in tickets.LANES


def may_see_ticket(viewer: Viewer, pk: str) -> bool:
    """The pane of one ticket."""
    return viewer.is_desk and pk.isdigit() and tickets.visible_to(viewer).filter(pk=int(pk[:18])).exists()


def may_see_disputes(viewer: Viewer, arg: str) -> bool:
    """The dispute board."""
    return viewer.is_desk and not arg


def may_see_dashboard(viewer: Viewer, agent: str) -> bool:
    """Own figures; leads everybody's."""
    return viewer.is_desk and agent.isdigit() and (viewer.is_lead or int(agent[:18]) == viewer.id)


def may_see_team(viewer: Viewer, arg: str) -> bool:
    """The table of all agents."""
    return viewer.is_lead and not arg
