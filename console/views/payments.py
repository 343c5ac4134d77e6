"""The list of payment issues, an issue's page, and its actions."""

from collections.abc import Callable

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import access
from console.forms import payments as forms
from console.forms.cleaning import WriteForm, clean, read
from console.fragments import payment_page
from console.fragments import payments as fragments
from console.responses import desk_page, refused
from console.responses import page as answer
from console.views.write_once import perform
from support_management.core.errors import DeskError
from support_management.events import positions
from support_management.payment_issues import actions, intake, queries, steps
from support_management.payment_issues.listing import filter_of
from support_management.payment_issues.models import OUTCOMES, PaymentIssueStep
from support_management.payment_issues.status import IssueType
from support_management.people import escalation_contacts
from support_management.people.viewer import viewer_of

_LABELS = dict(PaymentIssueStep.Outcome.choices)


@require_safe
@desk_page
def board(request):
    """The list, newest first, open issues unless asked for others. Without JavaScript `&after=` shows the rest."""
    request.live_pos, request.section = positions.head(), "payments"
    form = forms.IssueFilterForm(request.GET, owners=_owners(request.user))
    narrow, after = form.narrow, read(forms.MoreIssuesForm(request.GET))["after"]
    start = f"{reverse('payments')}?{narrow.query}" if narrow.query else reverse("payments")
    context = {"filters": form, "query": narrow.query, "start": start, "ask": "&" if narrow.query else "?"}
    context |= fragments.list_of(viewer_of(request.user), narrow, after)
    return answer(request, "payments/list.html", context | {"pos": request.live_pos})


def _owners(user):
    """Owners to filter by: leads choose among all, agents have their own."""
    return access.current_and_former_agents() if user.is_lead else [user]


@require_safe
@desk_page
def rows(request, word):
    """The next rows of the list, without the page around them."""
    narrow = filter_of(word)
    if narrow is None:
        raise Http404("This list does not exist.")
    request.live_pos = positions.head()
    after = read(forms.MoreIssuesForm(request.GET))["after"]
    found = fragments.rows_of(viewer_of(request.user), narrow, after)
    return answer(request, "payments/rows.html", {"rows": found, "pos": request.live_pos})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def log(request):
    """The form for a new issue of an order, and its answer."""
    request.section = "payments"
    if request.method != "POST":
        return _log_form(request, read(forms.AboutForm(request.GET)))
    try:
        fields = read(forms.LogForm(request.POST))
        order = access.order_by_pk(fields["order"], seen_by=request.user)
        return perform(
            request,
            lambda: intake.log_issue(by=request.user, **fields),
            f"Payment issue of {order.reference} logged.",
            then=lambda issue: {"to": issue.get_absolute_url()},
        )
    except DeskError as error:
        about = read(forms.AboutForm(request.POST))
        typed = request.POST.dict() | {"error": error.text}
        return refused(request, error, shown=lambda: _log_form(request, about, typed))


def _log_form(request, about, typed=None):
    order = access.order_by_pk(about["order"], seen_by=request.user)
    taken = queries.open_types(order.pk)
    context = {
        "order": order,
        "ticket": about["ticket"],
        "types": [(value, label, value in taken) for value, label in IssueType.choices],
        "failures": forms.FAILURES,
        "typed": typed,
    }
    return answer(request, "payments/log.html", context)


@require_safe
@desk_page
def page(request, pk):
    """An issue. Without JavaScript `?act=resolve` opens a dialog."""
    return _page(request, pk, clean(forms.ActAskedForm(request.GET)).get("act", ""))


def _page(request, pk, opened, typed=None):
    request.live_pos, request.section = positions.head(), "payments"
    issue = access.payment_by_pk(pk, seen_by=request.user)
    context = payment_page.page_of(issue, viewer_of(request.user))
    context["dialogs"] = [
        {"action": one.action, "label": one.label, "open": one.action == opened} for one in context["possibilities"]
    ]
    outcomes = {f"{kind}_outcomes": [(word, _LABELS[word]) for word in words] for kind, words in OUTCOMES.items()}
    context |= outcomes | {"failures": forms.FAILURES, "admins": escalation_contacts.others(request.user)}
    context |= {"agents": access.owners(issue), "live": True, "pos": request.live_pos, "typed": typed}
    return answer(request, "payments/page.html", context)


@require_POST
@desk_page
def act(request, pk, action):
    """Perform an action. After a refusal without JavaScript its dialog is open with what was typed."""
    issue = access.payment_by_pk(pk, seen_by=request.user)
    if action not in _ACTS:
        raise Http404("This action does not exist.")
    form, verb, done = _ACTS[action]
    try:
        fields = read(form(request.POST))
        return perform(
            request,
            lambda: verb(request.user, issue=issue.pk, **fields),
            f"{issue.number} {done}.",
            to=issue.get_absolute_url(),
        )
    except DeskError as error:
        typed = request.POST.dict() | {"error": error.text}
        request.address = issue.get_absolute_url()
        return refused(request, error, shown=lambda: _page(request, pk, action, typed))


def _contact(by, **fields):
    return steps.record(kind=PaymentIssueStep.Kind.CONTACT, by=by, **fields)


def _retry(by, **fields):
    return steps.record(kind=PaymentIssueStep.Kind.RETRY, by=by, **fields)


def _take(by, **fields):
    return actions.assign(by=by, to=by, **fields)


def _escalate(by, *, to, **fields):
    return actions.escalate(by=by, to=access.desk_person(to, field="to"), **fields)


def _resolve(by, **fields):
    return actions.resolve(by=by, **fields)


def _assign(by, *, assignee, **fields):
    return actions.assign(by=by, to=access.desk_person(assignee, field="assignee"), **fields)


_ACTS: dict[str, tuple[type[WriteForm], Callable, str]] = {
    "take": (WriteForm, _take, "is assigned to you"),
    "contact": (forms.StepForm, _contact, "has another contact"),
    "retry": (forms.StepForm, _retry, "has another retry"),
    "escalate": (forms.EscalateForm, _escalate, "was escalated"),
    "resolve": (forms.ResolveForm, _resolve, "was resolved"),
    "assign": (forms.AssignForm, _assign, "has another owner"),
}
