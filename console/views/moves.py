"""Work is moved by a lead, one piece or many, taken back within seconds, and found again in the history."""

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import access
from console.forms import moves as filters
from console.forms import sla as picks
from console.forms import workload as forms
from console.forms.cleaning import clean, read
from console.fragments import moves
from console.responses import is_htmx, lead_page, page, refused, with_sentence
from console.views import workload
from console.views.bulk_actions import sentence as in_one_breath
from console.views.compliance import download
from console.views.write_once import once
from support_management.core.errors import DeskError
from support_management.routing.record import csv_export
from support_management.routing.transfer import bulk_moves


@require_http_methods(["GET", "HEAD", "POST"])
@lead_page
def move_or_choose(request):
    """Asked: to whom a piece of work can go. Sent: it goes there."""
    return _move(request) if request.method == "POST" else _choose(request)


def _choose(request):
    """To whom a piece of work can go, best first, with what each carries; who cannot have it, with the reason."""
    request.section = "workload"
    chosen = picks.picked(request.GET.getlist("pick"))
    choices = moves.choices_of(*chosen[0]) if len(chosen) == 1 else None
    if choices is None:
        raise Http404("This item no longer exists.")
    return workload.sheet(request, "workload/_move_menu.html", choices, f"Reassign {choices['number']}")


def _move(request):
    """Give what was picked to somebody, or back to the queue. A form that is sent twice moves once."""
    try:
        asked = read(forms.MoveForm(request.POST))
        chosen = forms.some([bulk_moves.MovePick(kind, pk, version) for kind, pk, _, version in _picked(request)])
        results = _once(request, lambda: bulk_moves.move(picks=chosen, by=request.user, **asked))
    except DeskError as error:
        typed = request.POST.dict() | {"error": error.text}
        request.address = reverse("workload")
        shown = lambda: workload.board_for(request, typed=typed, chosen=request.POST.getlist("pick"))  # noqa: E731
        return refused(request, error, shown=shown)
    return _told(request, results, f"assigned to {asked['to']}" if asked["to"] else "unassigned")


def _picked(request) -> list[tuple[str, int, int, int]]:
    return picks.picked(request.POST.getlist("pick"))


def _once(request, verb) -> list[dict]:
    """What became of each, the same when the form comes again."""
    return once(
        request,
        lambda: [{"name": one.name, "done": one.done, "text": one.text, "id": one.reassignment_id} for one in verb()],
    )


def _told(request, results: list[dict], done: str):
    ids = [one["id"] for one in results if one["done"] and one["id"]]
    count = sum(one["done"] for one in results)
    if count == len(results):
        what = results[0]["name"] if count == 1 else f"{count} items"
        text = f"{what} {done}."
    else:
        text = results[0]["text"] if len(results) == 1 else in_one_breath(results)
    if is_htmx(request):
        listed = results if count < len(results) > 1 else []
        answer = page(request, "ui/_results.html", {"results": listed, "sentence": text})
        undo = {"ids": ids, "seconds": bulk_moves.UNDO_SECONDS, "address": reverse("workload-undo")} if ids else None
        return with_sentence(answer, text, done=count > 0, undo=undo)
    request.address = reverse("workload")
    return workload.board_for(request, results=results, sentence=text, undo=ids)


@require_POST
@lead_page
def undo(request):
    """Take moves back that were made a moment ago."""
    ids = forms.some(forms.keys(request.POST.getlist("id")))
    results = _once(request, lambda: bulk_moves.undo(ids=ids, by=request.user))
    done = sum(one["done"] for one in results)
    text = "Undone." if done == len(results) else next(one["text"] for one in results if not one["done"])
    if is_htmx(request):
        listed = results if done < len(results) > 1 else []
        answer = page(request, "ui/_results.html", {"results": listed, "sentence": text})
        return with_sentence(answer, text, done=done > 0)
    request.address = reverse("workload")
    return workload.board_for(request, results=results, sentence=text)


@require_safe
@lead_page
def history(request):
    """Every change of hands that the filters let through, newest first; `?format=csv` as a file."""
    request.section = "workload"
    form = filters.MovesForm(request.GET, agents=access.everybody_who_owned())
    rows = moves.moves(**form.asked)
    if request.GET.get("format") == "csv":
        return download(csv_export.of_moves(rows), "moves.csv")
    before = clean(filters.BeforeForm(request.GET)).get("before")
    shown, more = moves.page_of(rows, before=before)
    context = {"filters": form, "query": urlencode(form.query), "moves": shown, "more": more, "before": before}
    context["plain"] = moves.PLAIN
    return page(request, "workload/moves.html", context)
