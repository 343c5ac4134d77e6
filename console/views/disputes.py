"""The dispute board and the actions on a dispute."""

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from console import access
from console.forms import disputes as forms
from console.forms.cleaning import clean, read
from console.fragments import disputes as fragments
from console.responses import desk_page, page, refused
from console.views.availability import said_while_absent
from console.views.write_once import perform
from support_management.core.errors import DeskError
from support_management.disputes import lifecycle
from support_management.disputes.status import Status
from support_management.events import positions
from support_management.people.viewer import viewer_of


@require_safe
@desk_page
def board(request):
    """Columns by status. Without JavaScript `?column=&after=` shows the rest of one, `?resolve=4` opens a dialog."""
    return _board(request, clean(forms.DialogAskedForm(request.GET)))


def _board(request, dialog, typed=None):
    request.live_pos, request.section = positions.head(), "disputes"
    viewer, paging = viewer_of(request.user), read(forms.MoreDisputesForm(request.GET))
    columns = fragments.board_of(viewer, rest=(paging["column"], paging["after"]))
    context = {"columns": columns, "dialogs": fragments.dialogs_of(viewer, dialog)}
    return page(request, "disputes/page.html", context | {"pos": request.live_pos, "typed": typed})


@require_safe
@desk_page
def column(request, slug):
    """The next cards of a column, without the page around them."""
    viewer = viewer_of(request.user)
    if not access.may_see_column(viewer, slug):
        raise Http404("This column does not exist.")
    request.live_pos = positions.head()
    after = read(forms.MoreDisputesForm(request.GET))["after"]
    cards = fragments.rest_of(viewer, slug, after)["cards"]
    return page(request, "disputes/cards.html", {"cards": cards, "pos": request.live_pos})


@require_POST
@desk_page
def assign(request, pk):
    """Assign a dispute, or unassign it."""
    return _from_dialog(request, "assign", pk, _assign)


@require_POST
@desk_page
def advance(request, pk):
    return _from_dialog(request, "advance", pk, _advance)


@require_POST
@desk_page
def resolve(request, pk):
    return _from_dialog(request, "resolve", pk, _resolve)


def _from_dialog(request, name, pk, write):
    """After a refusal without JavaScript the dialog is open with what was typed. "Assign to me" has no dialog."""
    dispute = access.dispute_by_pk(pk, seen_by=request.user)
    try:
        return write(request, dispute)
    except DeskError as error:
        typed = {name: request.POST.dict() | {"error": error.text}}
        if typed[name].get("assignee") == "me":
            raise
        request.address = reverse("disputes")
        return refused(request, error, shown=lambda: _board(request, {name: pk}, typed))


def _assign(request, dispute):
    fields = read(forms.AssigneeForm(request.POST, me=request.user))
    to = fields.pop("assignee")
    message = f"{dispute.number} assigned to {to}." if to else f"{dispute.number} unassigned."
    message = said_while_absent(request.user, message) if to == request.user else message
    return _perform(
        request, dispute, lambda: lifecycle.assign(dispute=dispute.pk, to=to, by=request.user, **fields), message
    )


def _advance(request, dispute):
    fields = read(forms.AdvanceForm(request.POST))
    message = f"Status of {dispute.number} changed to {dict(Status.choices).get(fields['status'], '')}."
    return _perform(request, dispute, lambda: lifecycle.advance(dispute=dispute.pk, by=request.user, **fields), message)


def _resolve(request, dispute):
    fields = read(forms.ResolveForm(request.POST))
    message = f"{dispute.number} decided."
    return _perform(request, dispute, lambda: lifecycle.resolve(dispute=dispute.pk, by=request.user, **fields), message)


def _perform(request, dispute, verb, message):
    return perform(request, verb, message, to=dispute.get_absolute_url())
