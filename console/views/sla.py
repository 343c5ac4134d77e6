"""The SLA board, what is done to many of its lines at once, and the story of the clocks of one piece of work."""

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from console import access
from console.forms import sla as forms
from console.forms.cleaning import read
from console.fragments import clocks as stories
from console.fragments import sla as fragments
from console.responses import desk_page, is_htmx, lead_page, page, refused, with_sentence
from console.views import bulk_actions
from support_management.core.errors import DeskError
from support_management.events import positions
from support_management.people.viewer import viewer_of
from support_management.sla.board.filters import narrow_of


@require_safe
@lead_page
def board(request):
    """What breaches next, and why. Filters are in the address; `?list=&after=` shows the rest of a list."""
    return _board(request)


def _board(request, **more):
    request.live_pos, request.section = positions.head(), "sla"
    people = access.owners()
    filters, rest = forms.NarrowForm(request.GET, owners=people), read(forms.MoreClocksForm(request.GET))
    narrow = filters.narrow
    query = urlencode(filters.query)
    address = f"{reverse('sla')}?{query}" if query else reverse("sla")
    context = fragments.board_of(narrow, rest=(rest["list"], rest["after"]))
    asked = {"filters": filters, "word": narrow.word, "query": query, "address": address}
    context |= {"agents": people, "acts": forms.ACTS, "pos": request.live_pos}
    return page(request, "sla/board.html", context | asked | more)


@require_safe
@lead_page
def rows(request, slug, word):
    """The next rows of a list, and nothing around them."""
    narrow = narrow_of(word)
    if slug not in fragments.NAMES or narrow is None:
        raise Http404("This list does not exist.")
    request.live_pos = positions.head()
    after = read(forms.MoreClocksForm(request.GET))["after"]
    found = fragments.rest_of(slug, narrow, after)["rows"] if after else []
    return page(request, "sla/rows.html", {"rows": found, "slug": slug, "pos": request.live_pos})


@require_POST
@lead_page
def act(request):
    """Notify, reassign or extend everything that was picked."""
    try:
        asked = read(forms.ActForm(request.POST))
        picks = [bulk_actions.TickedRow(*one) for one in forms.picked(request.POST.getlist("pick"))]
        results = bulk_actions.act(request, picks, asked)
    except DeskError as error:
        typed = request.POST.dict() | {"error": error.text}
        chosen = request.POST.getlist("pick")
        request.address = reverse("sla")
        return refused(request, error, shown=lambda: _board(request, typed=typed, chosen=chosen))
    done, text = any(one["done"] for one in results), bulk_actions.sentence(results)
    context = {"results": results, "sentence": text}
    if is_htmx(request):
        return with_sentence(page(request, "ui/_results.html", context), text, done=done)
    request.address = reverse("sla")
    return _board(request, **context)


@require_safe
@desk_page
def clocks(request, kind, pk):
    """Every clock of a piece of work, told from its history."""
    if not access.may_see_clocks(viewer_of(request.user), f"{kind}-{pk}"):
        raise Http404("This does not exist or you don't have access to it.")
    request.live_pos, request.section = positions.head(), "sla"
    return page(request, "sla/clocks.html", stories.clocks_of(kind, pk) | {"pos": request.live_pos})
