"""Reassignment by a lead: one item or many, undo within seconds, and the assignment history."""

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
from console.responses import is_htmx, lead_page, page, refused, with_message
from console.views import workload
from console.views.bulk_actions import sentence as bulk_sentence
from console.views.compliance import asks_for_csv, download, reader_zone
from console.views.write_once import once
from support_management.core.errors import DeskError
from support_management.routing.record import csv_export
from support_management.routing.transfer import bulk_moves


@require_http_methods(["GET", "HEAD", "POST"])
@lead_page
def move_or_choose(request):
    """GET: possible assignees of an item. POST: reassign."""
    return _move(request) if request.method == "POST" else _choose(request)


def _choose(request):
    """Eligible agents, best first, with their load; the others with the reason."""
    request.section = "workload"
    selected = picks.picked(request.GET.getlist("pick"))
    choices = moves.choices_of(*selected[0]) if len(selected) == 1 else None
    if choices is None:
        raise Http404("This item no longer exists.")
    return workload.sheet(request, "workload/_move_menu.html", choices, f"Reassign {choices['number']}")


def _move(request):
    """Assign the selected items to an agent, or unassign them. A form that is sent twice acts once."""
    try:
        fields = read(forms.MoveForm(request.POST))
        selected = forms.not_empty(
            [bulk_moves.MovePick(kind, pk, version) for kind, pk, _, version in _picked(request)]
        )
        results = _once(request, lambda: bulk_moves.move(picks=selected, by=request.user, **fields))
    except DeskError as error:
        typed = request.POST.dict() | {"error": error.text}
        request.address = reverse("workload")
        shown = lambda: workload.board_for(request, typed=typed, chosen=request.POST.getlist("pick"))  # noqa: E731
        return refused(request, error, shown=shown)
    return _result(request, results, f"assigned to {fields['to']}" if fields["to"] else "unassigned")


def _picked(request) -> list[tuple[str, int, int, int]]:
    return picks.picked(request.POST.getlist("pick"))


def _once(request, verb) -> list[dict]:
    """The result of each item; the same when the form is sent again."""
    return once(
        request,
        lambda: [
            {"name": outcome.name, "done": outcome.done, "text": outcome.text, "id": outcome.reassignment_id}
            for outcome in verb()
        ],
    )


def _result(request, results: list[dict], done: str):
    ids = [result["id"] for result in results if result["done"] and result["id"]]
    count = sum(result["done"] for result in results)
    if count == len(results):
        items = results[0]["name"] if count == 1 else f"{count} items"
        text = f"{items} {done}."
    else:
        text = results[0]["text"] if len(results) == 1 else bulk_sentence(results)
    if is_htmx(request):
        listed = results if count < len(results) > 1 else []
        answer = page(request, "ui/_results.html", {"results": listed, "sentence": text})
        undo = {"ids": ids, "seconds": bulk_moves.UNDO_SECONDS, "address": reverse("workload-undo")} if ids else None
        return with_message(answer, text, done=count > 0, undo=undo)
    request.address = reverse("workload")
    return workload.board_for(request, results=results, sentence=text, undo=ids)


@require_POST
@lead_page
def undo(request):
    """Undo reassignments that were made a moment ago."""
    ids = forms.not_empty(forms.keys(request.POST.getlist("id")))
    results = _once(request, lambda: bulk_moves.undo(ids=ids, by=request.user))
    done = sum(result["done"] for result in results)
    text = "Undone." if done == len(results) else next(result["text"] for result in results if not result["done"])
    if is_htmx(request):
        listed = results if done < len(results) > 1 else []
        answer = page(request, "ui/_results.html", {"results": listed, "sentence": text})
        return with_message(answer, text, done=done > 0)
    request.address = reverse("workload")
    return workload.board_for(request, results=results, sentence=text)


@require_safe
@lead_page
def history(request):
    """The assignment history, filtered, newest first; `?format=csv` returns a file."""
    request.section = "workload"
    form = filters.MovesForm(request.GET, agents=access.current_and_former_agents())
    rows = moves.moves(**form.conditions)
    if asks_for_csv(request):
        return download(csv_export.of_moves(rows, reader_zone()), "moves.csv")
    before = clean(filters.BeforeForm(request.GET)).get("before")
    shown, more = moves.page_of(rows, before=before)
    context = {"filters": form, "query": urlencode(form.query), "moves": shown, "more": more, "before": before}
    context["plain"] = moves.PLAIN
    return page(request, "workload/moves.html", context)
