"""A person's page: who they are, and their tickets, orders and disputes."""

from django.views.decorators.http import require_safe

from console import access
from console.responses import desk_page
from console.responses import page as answer
from support_management.disputes import queries as disputes
from support_management.orders import queries as orders
from support_management.people.viewer import viewer_of
from support_management.tickets import queries as tickets

SHOWN = 10
"""Of each list; the whole list is a link away."""


@require_safe
@desk_page
def page(request, pk):
    """Everything is what the viewer may see of it, the newest first."""
    person, viewer = access.person_by_pk(pk, seen_by=request.user), viewer_of(request.user)
    lists = {
        "tickets": tickets.for_list(tickets.visible_to(viewer)).filter(requester=person),
        "orders": orders.of_party(viewer, person.pk),
        "disputes": disputes.of_party(viewer, person.pk),
    }
    shown = {name: _first(rows) for name, rows in lists.items()}
    return answer(request, "people/page.html", {"person": person, "shown": SHOWN} | shown)


def _first(rows) -> dict:
    found = list(rows.order_by("-id")[: SHOWN + 1])
    return {"rows": found[:SHOWN], "more": len(found) > SHOWN}
