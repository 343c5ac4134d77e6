"""Search for a ticket by number; the load of possible assignees."""

from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from console import access
from console.responses import desk_page, error_page
from console.templatetags.availability import absence
from support_management.people import agents
from support_management.tickets.models import Ticket


@require_safe
@desk_page
def ticket(request):
    """Redirect to the ticket; an error page when it does not exist or the person may not see it."""
    typed = request.GET.get("number", "")
    number = Ticket.number_in(typed)
    if number is None:
        return _not_found(request, "Enter a ticket number such as T-10482. Only numbers can be searched.")
    try:
        return redirect(access.ticket_by_number(number, seen_by=request.user))
    except Http404:
        return _not_found(request, f"{number} does not exist or you don't have access to it.")


def _not_found(request, text):
    return error_page(request, 404, text, heading="Ticket not found")


@require_safe
@desk_page
def owners(request):
    """Load and capacity of every possible assignee, and whether they are not there: {key: "3 / 8 · offline"}."""
    return JsonResponse({user.pk: _carries(user) for user in agents.owners()})


def _carries(user) -> str:
    load, away = f"{user.workload.load} / {user.support_profile.capacity}", absence(user.availability)
    return f"{load} · {away}" if away else load
