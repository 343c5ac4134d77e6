"""The list of orders: its rows, and how many there are."""

from collections.abc import Iterator

from console import access
from console.fragments import groups, windowed_list
from console.fragments.disclosure import Unclear
from console.fragments.registry import Part, fragment, pane
from console.fragments.rendering import RenderPass
from support_management.events.catalogue import (
    MoneyEffectChanged,
    OrderActed,
    OrderMoved,
    PaymentIssueChanged,
    PaymentIssueLogged,
    RecordChanged,
)
from support_management.orders import listing
from support_management.orders.listing import OrderFilter, filter_of
from support_management.orders.models import Order
from support_management.people.viewer import Viewer

LIST_EVENTS = (OrderMoved, OrderActed, MoneyEffectChanged, PaymentIssueLogged, PaymentIssueChanged, RecordChanged)
ROW = fragment(name="orders.row", template="orders/_row.html", tag="tr", dirtied_by=LIST_EVENTS)
HEAD = fragment(name="orders.head", template="orders/_head.html", tag="header", dirtied_by=LIST_EVENTS, counter=True)


def list_of(viewer: Viewer, narrow: OrderFilter, after: tuple | None = None) -> dict:
    """Template context of the list; behind a place it is not live."""
    return head_of(viewer, narrow) | windowed_list.window_of(listing, viewer, narrow, after)


def rows_of(viewer: Viewer, narrow: OrderFilter, after: tuple | None) -> list[Order]:
    """The rows behind a place, without it the first."""
    return windowed_list.rows_of(listing, viewer, narrow, after)


def head_of(viewer: Viewer, narrow: OrderFilter) -> dict:
    """How many orders match; counted up to a limit."""
    return windowed_list.total_of(listing, viewer, narrow)


def _parts(viewer: Viewer, word: str, paint: RenderPass) -> Iterator[Part]:
    narrow = filter_of(word)
    if narrow is None:
        return
    ids = paint.dirt.of(ROW, "order")
    if ids:
        audience = (viewer.is_lead, viewer.websites, word)
        matching, seen = paint.once(("orders", audience), lambda: listing.among(viewer, narrow, ids))
        if any(("order", pk) in paint.dirt.unclear for pk in ids - seen):
            raise Unclear
        shown = {order.pk: order for order in matching}
        for pk in sorted(seen):
            yield _row(shown[pk], paint) if pk in shown else Part(id=_element(pk), swap="delete", pos=paint.pos)
    if paint.dirt.of(HEAD, "order"):
        html = paint.html(HEAD, (word, viewer.websites, viewer.is_lead), "orders-head", lambda: head_of(viewer, narrow))
        yield Part(id="orders-head", swap="outerMorph", pos=paint.pos, html=html)


def _row(order: Order, paint: RenderPass) -> Part:
    element = _element(order.pk)
    html = paint.html(ROW, order.pk, element, lambda: {"order": order})
    return Part(id=element, swap="row", pos=paint.pos, target="orders-list", html=html)


def _element(pk: int) -> str:
    return f"orders-order-{pk}"


pane(name="orders", may_see=access.may_see_orders, parts=_parts, topics=lambda _: {groups.orders()})
