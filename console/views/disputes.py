"""The dispute board, and everything that is done to a dispute."""

from django.views.decorators.http import require_POST, require_safe

from console import access
from console.forms import disputes as forms
from console.forms.reading import clean, read
from console.fragments import disputes as fragments
from console.http import desk_page, page
from console.views.doing import do
from support_management.disputes import lifecycle
from support_management.events import stream
from support_management.people.viewer import viewer_of


@require_safe
@desk_page
def board(request):
    """Columns by status. `?resolve=4` opens a dialog, for browsers without JavaScript."""
    request.live_pos, request.section = stream.head(), "disputes"
    viewer = viewer_of(request.user)
    context = {
        "columns": fragments.board_of(viewer),
        "dialogs": fragments.dialogs_of(viewer, clean(forms.DialogAskedForm(request.GET))),
    }
    return page(request, "disputes/page.html", context | {"pos": request.live_pos})


@require_POST
@desk_page
def assign(request, pk):
    """Without an assignee: back to everybody."""
    dispute = access.dispute_by_pk(pk, seen_by=request.user)
    asked = read(forms.AssigneeForm(request.POST, me=request.user))
    to = asked.pop("assignee")
    said = f"{dispute.number} is with {to}." if to else f"{dispute.number} is free again."
    return do(
        request,
        lambda: lifecycle.assign(dispute=dispute.pk, to=to, by=request.user, **asked),
        said,
        to=dispute.get_absolute_url(),
    )


@require_POST
@desk_page
def advance(request, pk):
    dispute = access.dispute_by_pk(pk, seen_by=request.user)
    asked = read(forms.AdvanceForm(request.POST))
    return do(
        request,
        lambda: lifecycle.advance(dispute=dispute.pk, by=request.user, **asked),
        f"{dispute.number} moved on.",
        to=dispute.get_absolute_url(),
    )


@require_POST
@desk_page
def resolve(request, pk):
    dispute = access.dispute_by_pk(pk, seen_by=request.user)
    asked = read(forms.ResolveForm(request.POST))
    return do(
        request,
        lambda: lifecycle.resolve(dispute=dispute.pk, by=request.user, **asked),
        f"{dispute.number} is decided.",
        to=dispute.get_absolute_url(),
    )
