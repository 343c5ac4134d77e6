"""A ticket's page, and everything that is done to a ticket."""

from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from console import access
from console.forms import tickets as forms
from console.forms.cleaning import read
from console.fragments import ticket_page
from console.responses import desk_page, refused
from console.responses import page as answer
from console.views import queue
from console.views.write_once import do
from support_management.core.errors import DeskError
from support_management.disputes import lifecycle
from support_management.events import positions
from support_management.people.viewer import viewer_of
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.status import Status

STATUS_SAID = {Status.RESOLVED: "Ticket resolved.", Status.CLOSED: "Ticket closed.", Status.OPEN: "Ticket opened."}


@require_safe
@desk_page
def page(request, number):
    """Header, timeline, composer, context."""
    return _page(request, number)


def _page(request, number, typed=None):
    request.live_pos, request.section = positions.head(), "queue"
    ticket = access.ticket_by_number(number, seen_by=request.user)
    before = read(forms.EarlierForm(request.GET))["before"]
    facts = ticket_page.page_of(ticket, viewer_of(request.user), before=before)
    if typed:
        request.address = ticket.get_absolute_url()
        facts["kind"] = typed["kind"] or facts["kind"]
    return answer(request, "tickets/page.html", facts | {"pos": request.live_pos, "typed": typed})


@require_POST
@desk_page
def claim(request, number):
    """Who was first is told even when the ticket is out of sight by now."""
    asked = read(forms.ReleaseForm(request.POST))
    ticket = access.key_of(number)
    return do(request, lambda: ownership.claim(ticket=ticket, by=request.user, **asked), "Assigned to you.")


@require_POST
@desk_page
def release(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    asked = read(forms.ReleaseForm(request.POST))
    return do(request, lambda: ownership.release(ticket=ticket.pk, by=request.user, **asked), "Unassigned.")


@require_POST
@desk_page
def assign(request, number):
    """From the board's dialog, too: without JavaScript a refusal opens it again with what was typed."""
    ticket = access.ticket_by_number(number, seen_by=request.user)
    try:
        return _assign(request, ticket)
    except DeskError as error:
        if not request.POST.get("from_board"):
            raise
        request.address = reverse("queue")
        typed = request.POST.dict() | {"error": error.text}
        return refused(request, error, shown=lambda: queue.board_for(request, number, typed))


def _assign(request, ticket):
    asked = read(forms.AssignForm(request.POST, me=request.user))
    to, board = asked.pop("assignee"), reverse("queue") if asked.pop("from_board") else None
    said = f"{ticket.number} assigned to {to}." if to else f"{ticket.number} unassigned."
    return do(request, lambda: ownership.assign(ticket=ticket.pk, to=to, by=request.user, **asked), said, to=board)


@require_POST
@desk_page
def reply(request, number):
    """Without JavaScript the note comes here too."""
    ticket = access.ticket_by_number(number, seen_by=request.user)
    return _sent(request, ticket, lambda: _reply(request, ticket))


@require_POST
@desk_page
def note(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    return _sent(request, ticket, lambda: _note(request, ticket))


def _reply(request, ticket):
    asked = read(forms.ReplyForm(request.POST))
    if asked.pop("kind") == "note":
        return _note(request, ticket)
    asked["status"] = asked["status"] or None
    return do(
        request,
        lambda: conversation.reply(ticket=ticket.pk, by=request.user, **asked),
        "Reply sent.",
        clear="composer",
        to=ticket.get_absolute_url(),
    )


def _note(request, ticket):
    asked = read(forms.NoteForm(request.POST))
    return do(
        request,
        lambda: conversation.note(ticket=ticket.pk, by=request.user, **asked),
        "Note saved.",
        clear="composer",
        to=ticket.get_absolute_url(),
    )


def _sent(request, ticket, send):
    """A refusal keeps the text: without JavaScript it comes back in the form."""
    try:
        return send()
    except DeskError as error:
        typed = {"error": error, "body": request.POST.get("body", ""), "kind": request.POST.get("kind", "")}
        return refused(request, error, shown=lambda: _page(request, ticket.number, typed))


@require_POST
@desk_page
def status(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    asked = read(forms.StatusForm(request.POST))
    said = STATUS_SAID.get(asked["status"], f"Status changed to {dict(Status.choices).get(asked['status'], '')}.")
    return do(request, lambda: triage.set_status(ticket=ticket.pk, by=request.user, **asked), said)


@require_POST
@desk_page
def priority(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    asked = read(forms.PriorityForm(request.POST))
    return do(request, lambda: triage.set_priority(ticket=ticket.pk, by=request.user, **asked), "Priority changed.")


@require_POST
@desk_page
def type_(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    asked = read(forms.TypeForm(request.POST))
    return do(request, lambda: triage.set_type(ticket=ticket.pk, by=request.user, **asked), "Queue changed.")


@require_POST
@desk_page
def tags(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    asked = read(forms.TagsForm(request.POST))
    return do(request, lambda: triage.set_tags(ticket=ticket.pk, by=request.user, **asked), "Tags changed.")


@require_POST
@desk_page
def dispute(request, number):
    """Open a dispute for the ticket's order."""
    ticket = access.ticket_by_number(number, seen_by=request.user)
    asked = read(forms.OpenDisputeForm(request.POST))
    order = access.order_of(ticket)
    return do(
        request,
        lambda: lifecycle.open_dispute(order=order, ticket=ticket.pk, by=request.user, **asked),
        "Dispute opened.",
    )
