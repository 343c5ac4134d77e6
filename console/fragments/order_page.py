"""An order's page: header, facts, actions, work about it, timeline. Contexts are the same for page and stream."""

from collections.abc import Iterator

from console import access
from console.fragments import groups
from console.fragments.disclosure import Unclear
from console.fragments.queue import TICKET_EVENTS
from console.fragments.registry import Fragment, Part, fragment, pane
from console.fragments.rendering import RenderPass
from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.events.catalogue import (
    ClockChanged,
    ClockReached,
    DisputeAssigned,
    DisputeMoved,
    DisputeOpened,
    MoneyEffectChanged,
    OrderActed,
    OrderMoved,
    PaymentIssueChanged,
    PaymentIssueLogged,
    RecordChanged,
)
from support_management.order_management import actions, guards, timeline
from support_management.order_management.guards import Possibility
from support_management.orders import queries as orders
from support_management.orders.models import Order
from support_management.orders.money import queries as money
from support_management.orders.money.refundable import given, refundable
from support_management.payment_issues import queries as payment_issues
from support_management.people.viewer import Viewer
from support_management.sla import queries as sla
from support_management.tickets import queries as tickets

MOST_TICKETS = 20
TELLS = {"move_deadline": "Left empty, they read from when to when it was moved. The writer reads that in any case."}
"""What else the parties are told of an action."""
PAYMENT_EVENTS = (PaymentIssueLogged, PaymentIssueChanged)
"""A chargeback holds money of the order."""
ORDER_EVENTS = (OrderMoved, OrderActed, MoneyEffectChanged, *PAYMENT_EVENTS, RecordChanged)
CLOCK_EVENTS = (*ORDER_EVENTS, ClockReached, ClockChanged)
DISPUTE_EVENTS = (DisputeOpened, DisputeMoved, DisputeAssigned)
WORK_EVENTS = (*TICKET_EVENTS, *DISPUTE_EVENTS, OrderActed, *PAYMENT_EVENTS)
HEADER = fragment(name="order.header", template="orders/_header.html", tag="header", dirtied_by=CLOCK_EVENTS)
FACTS = fragment(
    name="order.facts",
    template="orders/_facts.html",
    tag="section",
    dirtied_by=(*ORDER_EVENTS, *DISPUTE_EVENTS),
)
ACTIONS = fragment(
    name="order.actions", template="orders/_actions.html", tag="section", dirtied_by=(*ORDER_EVENTS, *DISPUTE_EVENTS)
)
WORK = fragment(name="order.work", template="orders/_work.html", tag="section", dirtied_by=WORK_EVENTS)
TIMELINE = fragment(name="order.timeline", template="orders/_timeline.html", tag="section", dirtied_by=ORDER_EVENTS)
GONE = Fragment(name="order.gone", template="orders/_gone.html", tag="div", dirtied_by=())


def page_of(order: Order, viewer: Viewer, *, before: int | None = None) -> dict:
    """Everything on an order's page, for this viewer."""
    about = disputes_of(order)
    shown = seen_by(viewer, about)
    return (
        header_of(order)
        | facts_of(order)
        | actions_of(order, about, viewer)
        | work_of(order, shown, viewer)
        | timeline_of(order, before=before)
    )


def header_of(order: Order) -> dict:
    """Title, status, flags and the order's clock."""
    clocks = [clock for clock in sla.of_work("order", order.pk) if clock.state != "cancelled"]
    return {"order": order, "clocks": clocks}


def facts_of(order: Order) -> dict:
    """Parties, money and deadlines."""
    confirmed = money.confirmed(order)
    return {"order": order, "refunded": confirmed, "pending": given(order) - confirmed, "left": refundable(order)}


def actions_of(order: Order, about: dict[Dispute, frozenset[int]], viewer: Viewer) -> dict:
    """Every action, and why it is not possible, if it is not."""
    dispute = next((dispute for dispute in about if dispute.is_open), None)
    return {"order": order, "possibilities": guards.possibilities(order, dispute, viewer)}


def dialogs_of(possibilities: list[Possibility], *, opened: str = "") -> list[dict]:
    """The dialogs of all actions: an action can become possible while the page is open. `opened`: the open one."""
    return [
        {
            "action": one.action,
            "label": one.label,
            "takes": actions.ACTIONS[one.action].takes,
            "tells": TELLS.get(one.action, ""),
            "undoable": actions.ACTIONS[one.action].undoable,
            "open": one.action == opened,
        }
        for one in possibilities
    ]


def disputes_of(order: Order) -> dict[Dispute, frozenset[int]]:
    """All disputes about the order, each with its recent participants."""
    rows = list(disputes.of_order(order.pk))
    participants = disputes.participants([dispute.pk for dispute in rows if dispute.assignee_id])
    return {dispute: participants.get(dispute.pk, frozenset()) for dispute in rows}


def seen_by(viewer: Viewer, about: dict[Dispute, frozenset[int]]) -> list[Dispute]:
    """Those that the viewer may see."""
    return [dispute for dispute, people in about.items() if disputes.may_see(viewer, dispute, people)]


def work_of(order: Order, shown: list[Dispute], viewer: Viewer) -> dict:
    """Tickets, disputes and payment issues about the order, newest first."""
    rows = tickets.for_rows(tickets.visible_to(viewer).filter(order=order.pk)).order_by("-id")
    found = list(rows[: MOST_TICKETS + 1])
    return {
        "order": order,
        "disputes": shown,
        "issues": payment_issues.of_order(order.pk),
        "tickets": found[:MOST_TICKETS],
        "more_tickets": len(found) > MOST_TICKETS,
    }


def timeline_of(order: Order, *, before: int | None = None) -> dict:
    """The timeline, newest first; earlier entries are not live."""
    entries, earlier = timeline.entries(order, before=before)
    return {"order": order, "entries": entries, "earlier": earlier, "live": before is None}


def _parts(viewer: Viewer, arg: str, paint: RenderPass) -> Iterator[Part]:
    """Changed parts of an order's page. A page without changes costs no query of its own."""
    pk = int(arg)
    changed = [row for row in (HEADER, FACTS, ACTIONS, WORK, TIMELINE) if pk in _orders_of(row, paint)]
    if not changed:
        return
    order = paint.once(("order", pk), lambda: orders.with_people(orders.unchecked()).filter(pk=pk).first())
    if order is None:
        yield from gone(arg, paint)
        return
    about = paint.once(("disputes of order", pk), lambda: disputes_of(order))
    shown = seen_by(viewer, about)
    everybody = {HEADER: lambda: header_of(order), FACTS: lambda: facts_of(order), TIMELINE: lambda: timeline_of(order)}
    for row in changed:
        if row in everybody:
            yield _whole(row, order, paint, everybody[row])
        elif row is ACTIONS:
            context = actions_of(order, about, viewer)
            yield _whole(row, order, paint, lambda context=context: context, *context["possibilities"])
        else:
            audience = (viewer.is_lead, viewer.websites, viewer.id)
            yield _whole(row, order, paint, lambda: work_of(order, shown, viewer), *audience)


def _orders_of(row: Fragment, paint: RenderPass) -> set[int]:
    """Orders whose page shows another state of this fragment: they changed, or a ticket or dispute about them."""
    return paint.once(("orders of", row.name), lambda: _find_orders(row, paint))


def _find_orders(row: Fragment, paint: RenderPass) -> set[int]:
    if row is WORK and not paint.dirt.unclear.isdisjoint(paint.dirt.subjects.get(row.name, ())):
        raise Unclear  # a raw write may have moved a ticket or dispute from one order to another
    found = paint.dirt.of(row, "order") | disputes.orders_of(paint.dirt.of(row, "dispute"))
    found |= payment_issues.orders_of(paint.dirt.of(row, "payment"))
    return found | tickets.orders_of(paint.dirt.of(row, "ticket")) if row is WORK else found


def _whole(row: Fragment, order: Order, paint: RenderPass, context, *audience) -> Part:
    element = f"order-{order.pk}-{row.name.partition('.')[2]}"
    html = paint.html(row, (order.pk, *audience), element, context, link=order.get_absolute_url())
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


def gone(arg: str, paint: RenderPass) -> Iterator[Part]:
    """Replaces the order for viewers who may no longer see it."""
    element = f"order-{arg}"
    html = paint.html(GONE, arg, element, lambda: {"element": element})
    yield Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


def _topics(_arg: str) -> set[str]:
    return {groups.orders(), groups.queues(), groups.disputes(), groups.payments()}


pane(name="order", may_see=access.may_see_order, parts=_parts, topics=_topics, gone=gone)
