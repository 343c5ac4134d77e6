"""A ticket's page and the actions on a ticket."""

from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from console import access
from console.forms import tickets as forms
from console.forms.cleaning import read
from console.fragments import ticket_page
from console.responses import desk_page, is_htmx, refused
from console.responses import page as answer
from console.views import queue
from console.views.availability import said_while_absent
from console.views.write_once import perform
from support_management.core.errors import DeskError
from support_management.disputes import lifecycle
from support_management.events import positions
from support_management.people.viewer import viewer_of
from support_management.sla.lifecycle.effect import of_change
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.status import Status

STATUS_MESSAGES = {Status.RESOLVED: "Ticket resolved.", Status.CLOSED: "Ticket closed.", Status.OPEN: "Ticket opened."}


@require_safe
@desk_page
def page(request, number):
    """Header, timeline, composer, context."""
    return _page(request, number)


@require_safe
@desk_page
def effect(request, number):
    """What a change of priority, queue or tags would do to the SLA deadlines; without JavaScript on the whole page."""
    ticket = access.ticket_by_number(number, seen_by=request.user)
    effects = of_change(ticket, **read(forms.EffectForm(request.GET)))
    if is_htmx(request):
        return answer(request, "tickets/_effect.html", {"effects": effects})
    return _page(request, number, effects=effects)


def _page(request, number, typed=None, effects=None):
    request.live_pos, request.section = positions.head(), "queue"
    ticket = access.ticket_by_number(number, seen_by=request.user)
    before = read(forms.EarlierForm(request.GET))["before"]
    context = ticket_page.page_of(ticket, viewer_of(request.user), before=before)
    if typed:
        request.address = ticket.get_absolute_url()
        context["kind"] = (context["may_reply"] and typed["kind"]) or context["kind"]
    return answer(request, "tickets/page.html", context | {"pos": request.live_pos, "typed": typed, "effects": effects})


@require_safe
@desk_page
def message(request, pk):
    """One message in full, for those that are too long for the ticket's page."""
    request.section = "queue"
    return answer(request, "tickets/message.html", {"message": access.message_by_pk(pk, seen_by=request.user)})


@require_POST
@desk_page
def claim(request, number):
    """Assign to me. The refusal names the assignee even when the ticket is no longer visible to this user."""
    fields = read(forms.ReleaseForm(request.POST))
    ticket = access.ticket_key(number)
    message = said_while_absent(request.user, "Assigned to you.")
    return perform(request, lambda: ownership.claim(ticket=ticket, by=request.user, **fields), message)


@require_POST
@desk_page
def release(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    fields = read(forms.ReleaseForm(request.POST))
    return perform(request, lambda: ownership.release(ticket=ticket.pk, by=request.user, **fields), "Unassigned.")


@require_POST
@desk_page
def assign(request, number):
    """Assign or unassign, also from the board's dialog: after a refusal without JavaScript it is open again."""
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
    fields = read(forms.AssignForm(request.POST, me=request.user))
    to, board = fields.pop("assignee"), reverse("queue") if fields.pop("from_board") else None
    message = f"{ticket.number} assigned to {to}." if to else f"{ticket.number} unassigned."
    message = said_while_absent(request.user, message) if to == request.user else message
    return perform(
        request, lambda: ownership.assign(ticket=ticket.pk, to=to, by=request.user, **fields), message, to=board
    )


@require_POST
@desk_page
def reply(request, number):
    """Send a reply; without JavaScript also a note. A requester's message on a closed ticket opens a follow-up."""
    ticket = access.ticket_by_number(number, seen_by=request.user)
    return _sent(request, ticket, lambda: _reply(request, ticket))


@require_POST
@desk_page
def note(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    return _sent(request, ticket, lambda: _note(request, ticket))


def _reply(request, ticket):
    fields = read(forms.ReplyForm(request.POST))
    if fields.pop("kind") == "note":
        return _note(request, ticket)
    fields["status"] = fields["status"] or None
    message = f"Reply posted. {ticket.requester} reads it {ticket.reading_place}."
    if access.rights_on(viewer_of(request.user), ticket)["reply_takes"]:
        message = said_while_absent(request.user, f"{message} Assigned to you.")
    return perform(
        request,
        lambda: conversation.reply(ticket=ticket.pk, by=request.user, **fields),
        message,
        clear="composer",
        to=ticket.get_absolute_url(),
    )


def _note(request, ticket):
    fields = read(forms.NoteForm(request.POST))
    return perform(
        request,
        lambda: conversation.note(ticket=ticket.pk, by=request.user, **fields),
        "Note saved.",
        clear="composer",
        to=ticket.get_absolute_url(),
    )


def _sent(request, ticket, send):
    """After a refusal without JavaScript the form shows the text again."""
    try:
        return send()
    except DeskError as error:
        typed = {"error": error, "body": request.POST.get("body", ""), "kind": request.POST.get("kind", "")}
        return refused(request, error, shown=lambda: _page(request, ticket.number, typed))


@require_POST
@desk_page
def status(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    fields = read(forms.StatusForm(request.POST))
    message = STATUS_MESSAGES.get(
        fields["status"], f"Status changed to {dict(Status.choices).get(fields['status'], '')}."
    )
    return perform(request, lambda: triage.set_status(ticket=ticket.pk, by=request.user, **fields), message)


@require_POST
@desk_page
def priority(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    fields = read(forms.PriorityForm(request.POST))
    return perform(
        request, lambda: triage.set_priority(ticket=ticket.pk, by=request.user, **fields), "Priority changed."
    )


@require_POST
@desk_page
def type_(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    fields = read(forms.TypeForm(request.POST))
    return perform(request, lambda: triage.set_type(ticket=ticket.pk, by=request.user, **fields), "Queue changed.")


@require_POST
@desk_page
def tags(request, number):
    ticket = access.ticket_by_number(number, seen_by=request.user)
    fields = read(forms.TagsForm(request.POST))
    return perform(request, lambda: triage.set_tags(ticket=ticket.pk, by=request.user, **fields), "Tags changed.")


@require_POST
@desk_page
def dispute(request, number):
    """Open a dispute for the ticket's order."""
    ticket = access.ticket_by_number(number, seen_by=request.user)
    fields = read(forms.OpenDisputeForm(request.POST))
    order = access.order_key(ticket)
    return perform(
        request,
        lambda: lifecycle.open_dispute(order=order, ticket=ticket.pk, by=request.user, **fields),
        "Dispute opened.",
    )
