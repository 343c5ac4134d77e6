"""The queue board."""

from django.contrib import messages
from django.http import Http404
from django.views.decorators.http import require_POST, require_safe

from console import access
from console.forms.cleaning import clean, read
from console.forms.queue import AssignAskedForm, MoreTicketsForm
from console.fragments import queue, ticket_page
from console.responses import desk_page, page, redirected
from console.views.availability import said_while_absent
from console.views.write_once import once
from support_management.events import positions
from support_management.people.viewer import viewer_of
from support_management.routing.dispatch import next_ticket


@require_safe
@desk_page
def board(request):
    """All lanes. Without JavaScript `?lane=&after=` shows the rest of one, `?assign=` opens the dialog."""
    return board_for(request, clean(AssignAskedForm(request.GET)).get("assign", ""))


def board_for(request, number="", typed=None):
    """The board. `number`: the assign dialog is open for this ticket; `typed`: its input after a refusal."""
    request.live_pos, request.section = positions.head(), "queue"
    paging = read(MoreTicketsForm(request.GET))
    lanes = queue.board_of(viewer_of(request.user), rest=(paging["lane"], paging["after"]))
    dialog = ticket_page.assign_dialog(viewer_of(request.user), number)
    context = {"lanes": lanes, "pos": request.live_pos, "dialog": dialog, "typed": typed}
    return page(request, "queue/page.html", context)


@require_safe
@desk_page
def lane(request, slug):
    """The next rows of a lane, without the page around them."""
    viewer = viewer_of(request.user)
    if not access.may_see_board(viewer, slug):
        raise Http404("This list does not exist.")
    request.live_pos = positions.head()
    after = read(MoreTicketsForm(request.GET))["after"]
    lane = queue.rest_of(viewer, slug, after)
    return page(request, "queue/rows.html", {"lane": lane, "pos": request.live_pos})


@require_POST
@desk_page
def take_next(request):
    """Assign the next ticket to the user and open its page. A one-time key used before assigns nothing again."""
    message = said_while_absent(request.user, "")
    address = once(request, lambda: {"to": next_ticket.take_next(by=request.user).get_absolute_url()})["to"]
    if message:
        messages.warning(request, f"Assigned to you.{message}")
    return redirected(request, address)
