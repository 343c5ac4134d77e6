"""The workload board: load of the agents, suggested assignees of unassigned tickets, status of the agents."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from console import access
from console.forms import workload as forms
from console.forms.cleaning import clean
from console.fragments import workload, workload_offers
from console.responses import is_htmx, lead_page, page
from support_management.conditions import wording
from support_management.core.priority import Priority
from support_management.events import positions
from support_management.people.models import SupportAvailability, User
from support_management.routing import moving_rules
from support_management.routing.inputs import active_skill_rules as skill_rules
from support_management.tickets.models import TicketType


@require_safe
@lead_page
def board(request):
    """`?open=7` shows an agent's work, `?ticket=T-10482` the routing preview of a ticket."""
    return board_for(request)


def board_for(request, **more):
    """The board; `more` adds the result of an action, or the refused input."""
    request.live_pos, request.section = positions.head(), "workload"
    number = clean(forms.BoardForm(request.GET)).get("ticket", "")
    ticket = access.ticket_by_number(number, seen_by=request.user) if number else None
    context = workload.team_of(forms.keys(request.GET.getlist("open"))) | {"offers": workload_offers.lane()}
    context |= {"what_if": workload_offers.what_if(ticket) if ticket else None, "agents": access.owners()}
    context |= {"undo": forms.keys(request.GET.getlist("undo")), "pos": request.live_pos}
    return page(request, "workload/page.html", context | more)


@require_safe
@lead_page
def held(request, pk):
    """The open work of an agent, shown below their row."""
    agent = _agent(pk)
    if not is_htmx(request):
        return redirect(f"{reverse('workload')}?open={agent.pk}#workload-agent-{agent.pk}")
    request.live_pos = positions.head()
    return page(request, "workload/_held.html", {"held": workload.held_of(agent.pk), "pos": request.live_pos})


@require_safe
@lead_page
def why(request, number):
    """The routing preview of a ticket; nothing is stored."""
    ticket = access.ticket_by_number(number, seen_by=request.user)
    if not is_htmx(request):
        return redirect(f"{reverse('workload')}?ticket={ticket.number}")
    return page(request, "workload/_why_sheet.html", {"why": workload_offers.what_if(ticket)})


@require_safe
@lead_page
def agent(request, pk):
    """The status choices for an agent, for leads."""
    request.section = "workload"
    person = _agent(pk)
    context = {"agent": person, "there": person.availability, "choices": SupportAvailability.Says.choices}
    return sheet(request, "workload/_status.html", context, f"Status of {person}")


@require_safe
@lead_page
def rules(request):
    """Routing rules: mode and weights of each queue, the skill rules, and what reassigns work automatically."""
    request.section = "workload"
    websites = wording.websites()
    rules = skill_rules.all_rules()
    rules_with_conditions = [{"rule": rule, "work": wording.conditions(rule.conditions, websites)} for rule in rules]
    queues = [
        {"queue": queue, "units": [(rank.label, queue.units(rank)) for rank in Priority]}
        for queue in TicketType.objects.all()
    ]
    moving = {"moving": moving_rules.moving_rules(), "escalations": moving_rules.escalation_rules()}
    context = {"queues": queues, "asked": rules_with_conditions, "ranks": Priority.labels} | moving
    return page(request, "workload/rules.html", context)


def sheet(request, template, context, title):
    """A small form: a popover on the board, or without JavaScript a page."""
    if is_htmx(request):
        return page(request, template, context)
    return page(request, "workload/sheet.html", context | {"template": template, "title": title})


def _agent(pk: int) -> User:
    person = User.objects.select_related("availability").filter(pk=pk, availability__isnull=False).first()
    if person is None or not person.is_agent:
        raise Http404("This agent does not exist.")
    return person
