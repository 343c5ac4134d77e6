"""The SLA board, its bulk actions, and the SLA history of a ticket, dispute or order."""

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from console import access
from console.forms import sla as forms
from console.forms.cleaning import read
from console.fragments import clocks as stories
from console.fragments import sla as fragments
from console.responses import desk_page, is_htmx, lead_page, page, refused, with_message
from console.views import bulk_actions
from support_management.core.errors import DeskError
from support_management.events import positions
from support_management.people.viewer import viewer_of
from support_management.sla.board.filters import narrow_of


@require_safe
@lead_page
def board(request):
    """The SLA board. Filters are in the query string; `?list=&after=` shows the rest of a list."""
    return _board(request)


def _board(request, **more):
    request.live_pos, request.section = positions.head(), "sla"
    people = access.owners()
    filters, paging = forms.NarrowForm(request.GET, owners=people), read(forms.MoreClocksForm(request.GET))
    narrow = filters.narrow
    query = urlencode(filters.query)
    address = f"{reverse('sla')}?{query}" if query else reverse("sla")
    context = fragments.board_of(narrow, rest=(paging["list"], paging["after"]))
    filtered = {"filters": filters, "word": narrow.word, "query": query, "address": address}
    context |= {"agents": people, "acts": forms.ACTS, "pos": request.live_pos}
    return page(request, "sla/board.html", context | filtered | more)


@require_safe
@lead_page
def rows(request, slug, word):
    """The next rows of a list, without the page around them."""
    narrow = narrow_of(word)
    if slug not in fragments.NAMES or narrow is None:
        raise Http404("This list does not exist.")
    request.live_pos = positions.head()
    after = read(forms.MoreClocksForm(request.GET))["after"]
    clock_rows = fragments.rest_of(slug, narrow, after)["rows"] if after else []
    return page(request, "sla/rows.html", {"rows": clock_rows, "slug": slug, "pos": request.live_pos})


@require_POST
@lead_page
def act(request):
    """Notify, reassign or extend the selected rows."""
    try:
        fields = read(forms.ActForm(request.POST))
        selected = [bulk_actions.TickedRow(*pick) for pick in forms.picked(request.POST.getlist("pick"))]
        results = bulk_actions.act(request, selected, fields)
    except DeskError as error:
        typed = request.POST.dict() | {"error": error.text}
        chosen = request.POST.getlist("pick")
        request.address = reverse("sla")
        return refused(request, error, shown=lambda: _board(request, typed=typed, chosen=chosen))
    done, text = any(result["done"] for result in results), bulk_actions.sentence(results)
    context = {"results": results, "sentence": text}
    if is_htmx(request):
        return with_message(page(request, "ui/_results.html", context), text, done=done)
    request.address = reverse("sla")
    return _board(request, **context)


@require_safe
@desk_page
def clocks(request, kind, pk):
    """The SLA history of every clock of a ticket, dispute or order."""
    if not access.may_see_clocks(viewer_of(request.user), f"{kind}-{pk}"):
        raise Http404("This does not exist or you don't have access to it.")
    request.live_pos, request.section = positions.head(), "sla"
    return page(request, "sla/clocks.html", stories.clocks_of(kind, pk) | {"pos": request.live_pos})
