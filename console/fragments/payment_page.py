"""A payment issue's page: header, steps, actions, facts. Contexts are the same for page and stream."""

from collections.abc import Iterator

from console import access
from console.fragments import groups
from console.fragments.payments import CLOCK_EVENTS, ISSUE_EVENTS, issues_of
from console.fragments.registry import Fragment, Part, fragment, pane
from console.fragments.rendering import RenderPass
from support_management.events.catalogue import MoneyEffectChanged, OrderActed, OrderMoved
from support_management.orders.money.refundable import refundable
from support_management.payment_issues import guards, queries
from support_management.payment_issues.models import PaymentIssueLog
from support_management.people.viewer import Viewer
from support_management.sla import queries as sla

HEADER = fragment(name="payment.header", template="payments/_header.html", tag="header", dirtied_by=CLOCK_EVENTS)
ACTIONS = fragment(name="payment.actions", template="payments/_actions.html", tag="section", dirtied_by=ISSUE_EVENTS)
FACTS = fragment(
    name="payment.facts",
    template="payments/_facts.html",
    tag="section",
    dirtied_by=(*ISSUE_EVENTS, OrderMoved, OrderActed, MoneyEffectChanged),
)
STEPS = fragment(name="payment.steps", template="payments/_steps.html", tag="section", dirtied_by=ISSUE_EVENTS)
GONE = Fragment(name="payment.gone", template="payments/_gone.html", tag="div", dirtied_by=())


def page_of(issue: PaymentIssueLog, viewer: Viewer) -> dict:
    """Everything on the page, for this viewer."""
    return header_of(issue) | facts_of(issue) | steps_of(issue) | actions_of(issue, viewer)


def header_of(issue: PaymentIssueLog) -> dict:
    """Type, status, owner and the clock."""
    clocks = [clock for clock in sla.of_work("payment", issue.pk) if clock.state != "cancelled"]
    return {"issue": issue, "clocks": clocks}


def facts_of(issue: PaymentIssueLog) -> dict:
    """What the issue is about, and the money of its order."""
    return {"issue": issue, "order": issue.order, "left": refundable(issue.order)}


def steps_of(issue: PaymentIssueLog) -> dict:
    """What was done, newest first."""
    return {"issue": issue, "steps": queries.steps_of(issue.pk)}


def actions_of(issue: PaymentIssueLog, viewer: Viewer) -> dict:
    """Every action, and why it is not possible, if it is not."""
    return {
        "issue": issue,
        "possibilities": guards.possibilities(issue, viewer),
        "may_take": guards.may_take(issue, viewer),
    }


def _parts(viewer: Viewer, arg: str, paint: RenderPass) -> Iterator[Part]:
    """Changed parts of the page. A page without changes costs no query of its own."""
    pk = int(arg)
    changed = [row for row in (HEADER, ACTIONS, FACTS, STEPS) if pk in _issues(row, paint)]
    if not changed:
        return
    issue = paint.once(("payment", pk), lambda: queries.with_people(queries.unchecked()).filter(pk=pk).first())
    if issue is None:
        yield from gone(arg, paint)
        return
    everybody = {HEADER: header_of, FACTS: facts_of, STEPS: steps_of}
    for row in changed:
        if row is ACTIONS:
            context = actions_of(issue, viewer)
            audience = (*context["possibilities"], context["may_take"])
            yield _whole(row, issue, paint, lambda context=context: context, *audience)
        else:
            yield _whole(row, issue, paint, lambda row=row: everybody[row](issue))


def _issues(row: Fragment, paint: RenderPass) -> set[int]:
    if row is not FACTS:
        return issues_of(row, paint)
    orders = paint.once("issues of orders", lambda: queries.keys_of_orders(paint.dirt.of(FACTS, "order")))
    return issues_of(row, paint) | orders


def _whole(row: Fragment, issue: PaymentIssueLog, paint: RenderPass, context, *audience) -> Part:
    element = f"payment-{issue.pk}-{row.name.partition('.')[2]}"
    html = paint.html(row, (issue.pk, *audience), element, context, link=issue.get_absolute_url())
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


def gone(arg: str, paint: RenderPass) -> Iterator[Part]:
    """Replaces the issue for viewers who may no longer see it."""
    element = f"payment-{arg}"
    html = paint.html(GONE, arg, element, lambda: {"element": element})
    yield Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


pane(name="payment", may_see=access.may_see_payment, parts=_parts, topics=lambda _: {groups.payments()}, gone=gone)
