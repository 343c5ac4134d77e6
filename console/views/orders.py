"""The list of orders, an order's page, and the actions on an order."""

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from console import access
from console.forms import orders as forms
from console.forms.cleaning import clean, read
from console.fragments import order_page
from console.fragments import orders as fragments
from console.responses import desk_page, is_htmx, refused, succeeded, with_message
from console.responses import page as answer
from console.views.write_once import once, perform
from support_management.core.errors import DeskError
from support_management.events import positions
from support_management.order_management import actions
from support_management.order_management import queries as performed
from support_management.order_management import undo as undoing
from support_management.order_management.acting import Words
from support_management.order_management.models import UNDO_SECONDS, SupportOrderManagement
from support_management.orders.listing import filter_of
from support_management.people.viewer import viewer_of


@require_safe
@desk_page
def board(request):
    """The list, newest first, narrowed by the query. Without JavaScript `&after=` shows the rest."""
    request.live_pos, request.section = positions.head(), "orders"
    form, after = forms.OrderFilterForm(request.GET), read(forms.MoreOrdersForm(request.GET))["after"]
    narrow = form.narrow
    start = f"{reverse('orders')}?{narrow.query}" if narrow.query else reverse("orders")
    context = {"filters": form, "query": narrow.query, "start": start, "ask": "&" if narrow.query else "?"}
    context |= fragments.list_of(viewer_of(request.user), narrow, after)
    return answer(request, "orders/list.html", context | {"pos": request.live_pos})


@require_safe
@desk_page
def rows(request, word):
    """The next rows of the list, without the page around them."""
    narrow = filter_of(word)
    if narrow is None:
        raise Http404("This list does not exist.")
    request.live_pos = positions.head()
    after = read(forms.MoreOrdersForm(request.GET))["after"]
    found = fragments.rows_of(viewer_of(request.user), narrow, after)
    return answer(request, "orders/rows.html", {"rows": found, "pos": request.live_pos})


@require_safe
@desk_page
def page(request, pk):
    """An order. Without JavaScript `?act=hold` opens a dialog, `?done=4` offers to undo."""
    return _page(request, pk, clean(forms.ActAskedForm(request.GET)))


def _page(request, pk, asked, typed=None):
    request.live_pos, request.section = positions.head(), "orders"
    order = access.order_by_pk(pk, seen_by=request.user)
    context = order_page.page_of(order, viewer_of(request.user), before=asked.get("before"))
    context["dialogs"] = order_page.dialogs_of(context["possibilities"], opened=asked.get("act", ""))
    context["done"] = _undoable(request, order, asked.get("done"))
    return answer(request, "orders/page.html", context | {"pos": request.live_pos, "typed": typed})


def _undoable(request, order, pk: int | None) -> SupportOrderManagement | None:
    """The action with this key, if it is on this order and the person can undo it now."""
    row = performed.visible_to(viewer_of(request.user)).filter(pk=pk, order=order.pk).first() if pk else None
    return row if row and undoing.may_undo(row, order, request.user) else None


@require_POST
@desk_page
def act(request, pk, action):
    """Perform an action. After a refusal without JavaScript its dialog is open with what was typed."""
    order = access.order_by_pk(pk, seen_by=request.user)
    if action not in actions.ACTIONS:
        raise Http404("This action does not exist.")
    try:
        return _act(request, order, action)
    except DeskError as error:
        typed = request.POST.dict() | {"error": error.text}
        request.address = order.get_absolute_url()
        return refused(request, error, shown=lambda: _page(request, pk, {"act": action}, typed))


def _act(request, order, action):
    fields = read(forms.ActForm(request.POST))
    words = Words(**{name: fields.pop(name) for name in ("reason", "note", "message")})
    spec = actions.ACTIONS[action]

    def then(made: SupportOrderManagement) -> dict:
        undo = {"ids": [made.pk], "seconds": UNDO_SECONDS, "address": reverse("order-undo")} if spec.undoable else None
        return {"to": f"{order.get_absolute_url()}?done={made.pk}", "undo": undo}

    return perform(
        request,
        lambda: actions.perform(action, order=order.pk, by=request.user, words=words, **fields),
        f"{order.reference} {spec.done}.",
        then=then,
    )


@require_POST
@desk_page
def undo(request):
    """Undo an action that was performed a moment ago."""
    pk = read(forms.UndoForm(request.POST))["id"]
    made = once(request, lambda: {"order": undoing.undo(action=pk, by=request.user).order_id})
    if is_htmx(request):
        return with_message(answer(request, "ui/_results.html"), "Undone.", done=True)
    return succeeded(request, "Undone.", to=reverse("order", args=[made["order"]]))
