"""Who is there: what one says oneself, what leads set, and how it went."""

from datetime import timedelta

from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from console import access
from console.forms import availability as forms
from console.forms.cleaning import clean, read
from console.fragments import availability as fragments
from console.responses import back, desk_page, is_htmx, lead_page, page, refused, said
from console.views.write_once import do
from support_management.core.errors import DeskError
from support_management.core.time import DUE_SOON
from support_management.people.availability import absences, service
from support_management.people.models import SupportAvailability, User
from support_management.people.viewer import viewer_of
from support_management.routing.transfer import sign_off
from support_management.routing.transfer.sign_off import DueWork, due_work

Says = SupportAvailability.Says
SAID = {
    Says.ONLINE: "{} online.",
    Says.AWAY: "{} away.",
    Says.BREAK: "{} on a break.",
    Says.OFFLINE: "{} offline.",
}
LEAVING = {Says.AWAY: "switch to Away", Says.BREAK: "take a break", Says.OFFLINE: "go offline"}


@require_safe
@desk_page
def own(request):
    """One's own history; who is no agent finds everybody's."""
    if request.user.is_agent:
        return _page(request, access.agent_seen(request.user.username, seen_by=request.user))
    return page(request, "availability/people.html", {"people": fragments.people_of(viewer_of(request.user))})


@require_safe
@desk_page
def history(request, username):
    """Of one agent: for themselves and for leads."""
    return _page(request, access.agent_seen(username, seen_by=request.user))


def _page(request, person: User, form=None):
    request.section = "availability"
    facts = fragments.page_of(person, day=clean(forms.DayForm(request.GET)).get("day"))
    return page(request, "availability/page.html", facts | {"form": form or forms.AbsenceForm()})


@require_POST
@desk_page
def say(request, username):
    """A status. Whoever leaves with work that is due is asked first."""
    person, me = access.agent_seen(username, seen_by=request.user), request.user
    asked = read(forms.AvailabilityStatusForm(request.POST))
    if person == me and not asked["decision"] and (owed := owes(me, asked["says"])):
        return question(request, owed, asked["says"], address=reverse("availability-say", args=[me.username]))
    service.set_status(user=person.pk, says=asked["says"], by=me)
    if person == me and asked["decision"] == forms.RETURN:
        sign_off.return_work(me.pk, me)
    return said(request, SAID[asked["says"]].format("You are" if person == me else f"{person} is"))


def owes(me: User, says: str) -> DueWork | None:
    """What to ask about before an agent leaves: what is due, and on leaving for good everything that is open."""
    row = SupportAvailability.objects.filter(user=me.pk).first()
    if row is None or says in (Says.ONLINE, row.says):
        return None
    owed = due_work(me.pk)
    return owed if owed.due or (says == Says.OFFLINE and owed.open) else None


def question(request, owed: DueWork, says: str, *, address: str):
    """Keep the work and leave, unassign it and leave, or stay. A dialog, or without JavaScript a page of its own."""
    facts = {"owed": owed, "heading": _heading(owed), "says": says, "address": address}
    signs_out = address == reverse("logout")
    leaving = "sign out" if signs_out else LEAVING[Says(says)]
    context = facts | {"signs_out": signs_out, "leaving": leaving, "back": back(request)}
    return page(request, "availability/%s.html" % ("_leaving" if is_htmx(request) else "leaving"), context)


def _heading(owed: DueWork) -> str:
    number, noun = owed.due or owed.open, "item" if owed.disputes else "ticket"
    work, verb = (f"1 {noun}", "is") if number == 1 else (f"{number} {noun}s", "are")
    if not owed.due:
        return f"{work} {verb} open"
    minutes = DUE_SOON // timedelta(minutes=1)
    words = ["overdue"] * bool(owed.late) + [f"due in the next {minutes} minutes"] * bool(owed.soon)
    return f"{work} {verb} {' or '.join(words)}"


@require_POST
@lead_page
def pause(request, username):
    """Rules give this agent no work, whatever their status, until a lead resumes."""
    person = access.agent_seen(username, seen_by=request.user)
    paused = read(forms.PauseForm(request.POST))["paused"]
    service.pause(user=person.pk, paused=paused, by=request.user)
    word = "paused" if paused else "resumed"
    return said(request, f"Assignment {word} for {person}.", to=_address(person))


@require_POST
@desk_page
def plan(request, username):
    """An absence; a refusal keeps what was typed."""
    person = access.agent_seen(username, seen_by=request.user)
    form = forms.AbsenceForm(request.POST)
    try:
        facts = read(form)
        verb = lambda: absences.plan(user=person.pk, by=request.user, **facts)  # noqa: E731
        return do(request, verb, "Absence added.", to=_address(person))
    except DeskError as refusal:
        error = refusal  # the name of an exception ends with its block
        request.address = _address(person)
        return refused(request, error, shown=lambda: _page(request, person, _with(form, error)))


@require_POST
@desk_page
def withdraw(request, username, pk):
    """It does not happen, or ends now."""
    person = access.agent_seen(username, seen_by=request.user)
    absences.withdraw(absence=pk, by=request.user)
    return said(request, "Absence cancelled.", to=_address(person))


def _with(form, error: DeskError):
    if error.field not in form.errors:
        form.add_error(error.field if error.field in form.fields else None, error.text)
    return form


def _address(person: User) -> str:
    return reverse("availability-of", args=[person.username])
