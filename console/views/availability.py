"""Availability: one's own status, what leads set for agents, history and absences."""

from datetime import timedelta

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from console import access
from console.forms import availability as forms
from console.forms.cleaning import clean, read
from console.fragments import availability as fragments
from console.responses import back, desk_page, is_htmx, lead_page, moved, page, refused, succeeded
from console.views.write_once import perform
from support_management.core.errors import DeskError
from support_management.core.time import DUE_SOON
from support_management.people.availability import absences, queries, service
from support_management.people.models import SupportAvailability, User
from support_management.people.viewer import viewer_of
from support_management.routing.transfer import sign_off
from support_management.routing.transfer.sign_off import DueWork, due_work

Says = SupportAvailability.Says
MESSAGES = {
    Says.ONLINE: "{} online.",
    Says.AWAY: "{} away.",
    Says.BREAK: "{} on a break.",
    Says.OFFLINE: "{} offline.",
}
LEAVING = {Says.AWAY: "switch to Away", Says.BREAK: "take a break", Says.OFFLINE: "go offline"}


@require_safe
@desk_page
def own(request):
    """One's own history; for leads and admins the list of agents."""
    if request.user.is_agent:
        return _page(request, access.agent_seen(request.user.pk, seen_by=request.user))
    return page(request, "availability/people.html", {"people": fragments.people_of(viewer_of(request.user))})


@require_safe
@desk_page
def history(request, pk):
    """The history of one agent, for the agent and for leads."""
    try:
        person = access.agent_seen(pk, seen_by=request.user)
    except Http404:
        return history_by_name(request, str(pk))
    return _page(request, person)


@require_safe
@desk_page
def history_by_name(request, name):
    """Earlier mails and bookmarks have the user name in the address: redirect to the page of the agent."""
    return moved(request, _address(access.agent_formerly_at(name, seen_by=request.user)))


def _page(request, person: User, form=None):
    request.section = "availability"
    context = fragments.page_of(person, day=clean(forms.DayForm(request.GET)).get("day"))
    return page(request, "availability/page.html", context | {"form": form or forms.AbsenceForm()})


@require_POST
@desk_page
def say(request, pk):
    """Set a status. Leaving with work that is due shows a question first."""
    person, me = access.agent_seen(pk, seen_by=request.user), request.user
    fields = read(forms.AvailabilityStatusForm(request.POST))
    if person == me and not fields["decision"] and (due_work := work_before_leaving(me, fields["says"])):
        return question(request, due_work, fields["says"], address=reverse("availability-say", args=[me.pk]))

    def change():
        service.set_status(user=person.pk, says=fields["says"], by=me)
        if person == me and fields["decision"] == forms.RETURN:
            sign_off.return_work(me.pk, me)

    return perform(request, change, MESSAGES[fields["says"]].format("You are" if person == me else f"{person} is"))


def work_before_leaving(me: User, says: str) -> DueWork | None:
    """The work to ask about before an agent leaves: due work; before going offline all work that can be returned."""
    row = queries.unchecked().filter(user=me.pk).first()
    if row is None or says in (Says.ONLINE, row.says):
        return None
    work = due_work(me.pk)
    return work if work.due or (says == Says.OFFLINE and work.returnable) else None


def question(request, work: DueWork, says: str, *, address: str):
    """Keep the work and leave, unassign it and leave, or stay: a dialog, without JavaScript a page."""
    context = {"owed": work, "heading": _heading(work), "says": says, "address": address}
    signs_out = address == reverse("logout")
    leaving = "sign out" if signs_out else LEAVING[Says(says)]
    context |= {"signs_out": signs_out, "leaving": leaving, "back": back(request)}
    return page(request, "availability/%s.html" % ("_leaving" if is_htmx(request) else "leaving"), context)


def _heading(work: DueWork) -> str:
    if not work.due:
        return f"{work.in_words} {'is' if work.open == 1 else 'are'} open"
    noun = "item" if work.disputes else "ticket"
    items, verb = (f"1 {noun}", "is") if work.due == 1 else (f"{work.due} {noun}s", "are")
    minutes = DUE_SOON // timedelta(minutes=1)
    words = ["overdue"] * bool(work.late) + [f"due in the next {minutes} minutes"] * bool(work.soon)
    return f"{items} {verb} {' or '.join(words)}"


def said_while_absent(me: User, sentence: str) -> str:
    """The message after an agent got work; while they are not online it says so, since such work is reassigned."""
    absence = queries.absence_of(me.pk)
    return f"{sentence} You are {absence}. Go online to keep it." if absence else sentence


@require_POST
@lead_page
def pause(request, pk):
    """Stop or resume automatic assignment for an agent, independent of their status."""
    person = access.agent_seen(pk, seen_by=request.user)
    paused = read(forms.PauseForm(request.POST))["paused"]
    verb = lambda: service.pause(user=person.pk, paused=paused, by=request.user)  # noqa: E731
    word = "paused" if paused else "resumed"
    return perform(request, verb, f"Assignment {word} for {person}.", to=_address(person))


@require_POST
@desk_page
def plan(request, pk):
    """Add an absence. After a refusal the form shows what was typed."""
    person = access.agent_seen(pk, seen_by=request.user)
    form = forms.AbsenceForm(request.POST)
    try:
        fields = read(form)
        verb = lambda: absences.plan(user=person.pk, by=request.user, **fields)  # noqa: E731
        return perform(request, verb, "Absence added.", to=_address(person))
    except DeskError as refusal:
        error = refusal  # Python deletes the name of an exception after its block
        request.address = _address(person)
        return refused(request, error, shown=lambda: _page(request, person, _with(form, error)))


@require_POST
@desk_page
def withdraw(request, pk, absence):
    """Cancel an absence that is planned, or end it now."""
    person = access.agent_seen(pk, seen_by=request.user)
    absences.withdraw(absence=absence, by=request.user)
    return succeeded(request, "Absence cancelled.", to=_address(person))


def _with(form, error: DeskError):
    if error.field not in form.errors:
        form.add_error(error.field if error.field in form.fields else None, error.text)
    return form


def _address(person: User) -> str:
    return reverse("availability-of", args=[person.pk])
