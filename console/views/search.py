"""Search: the box in the top bar, its page, and the way from a number to its ticket; the load of possible assignees."""

from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from console import access
from console.responses import desk_page, error_page, is_htmx, see_other
from console.responses import page as answer
from console.templatetags.availability import absence
from support_management.people import agents
from support_management.people.viewer import viewer_of
from support_management.search.find import SHOWN, search
from support_management.tickets.models import Ticket

IN_BOX = 5
"""Results of each kind below the box."""


@require_safe
@desk_page
def page(request):
    """All results; the box gets the first ones of each kind, without the page around them."""
    text, in_box = request.GET.get("q", ""), is_htmx(request)
    found = search(viewer_of(request.user), text, limit=IN_BOX if in_box else SHOWN)
    return answer(request, "search/_box.html" if in_box else "search/page.html", {"found": found})


@require_safe
@desk_page
def ticket(request):
    """Redirect to the ticket with this number; an error page when it does not exist or the person may not see it."""
    typed = request.GET.get("number", "")
    number = Ticket.number_in(typed)
    if number is None:
        return see_other(f"{reverse('search')}?{urlencode({'q': typed})}")
    try:
        return redirect(access.ticket_by_number(number, seen_by=request.user))
    except Http404:
        text = f"{number} does not exist or you don't have access to it."
        return error_page(request, 404, text, heading="Ticket not found")


@require_safe
@desk_page
def owners(request):
    """Load and capacity of every possible assignee, and whether they are not there: {key: "3 / 8 · offline"}."""
    return JsonResponse({user.pk: _carries(user) for user in agents.owners()})


def _carries(user) -> str:
    load, away = f"{user.workload.load} / {user.support_profile.capacity}", absence(user.availability)
    return f"{load} · {away}" if away else load
