"""The list of all tickets, closed ones too."""

from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from console import access
from console.forms.ticket_list import TicketListForm
from console.responses import desk_page, page
from support_management.people.viewer import viewer_of
from support_management.tickets import filters, queries
from support_management.tickets.acquaintance import known_to
from support_management.tickets.models import Ticket


@require_safe
@desk_page
def board(request):
    """All tickets that the viewer may read, filtered and sorted; the address keeps both."""
    request.section, viewer = "tickets", viewer_of(request.user)
    form = TicketListForm(request.GET, agents=access.current_and_former_agents(), people=known_to(viewer))
    rows: list[Ticket] = []
    conditions, more = form.conditions, ""
    if conditions is not None:
        found = filters.narrowed(queries.for_list(queries.visible_to(viewer)), **conditions)
        rows, more = filters.page_of(found, form.order_of_list, form.place)
    query = form.query
    context = {
        "filters": form,
        "tickets": rows,
        "query": urlencode(query),
        "is_filtered": bool(query.keys() - {"sort"}),
    }
    return page(request, "tickets/list.html", context | {"more": more, "is_first": form.place is None})
