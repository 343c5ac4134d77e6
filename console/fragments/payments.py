"""The list of payment issues: its rows, how many there are, and what they are about by type and currency."""

from collections.abc import Iterator

from console import access
from console.fragments import groups, windowed_list
from console.fragments.disclosure import Unclear
from console.fragments.registry import Fragment, Part, fragment, pane
from console.fragments.rendering import RenderPass
from support_management.events.catalogue import (
    ClockChanged,
    ClockReached,
    PaymentIssueChanged,
    PaymentIssueLogged,
    RecordChanged,
)
from support_management.payment_issues import listing, queries
from support_management.payment_issues.listing import IssueFilter, filter_of
from support_management.payment_issues.models import PaymentIssueLog
from support_management.people.viewer import Viewer

ISSUE_EVENTS = (PaymentIssueLogged, PaymentIssueChanged, RecordChanged)
CLOCK_EVENTS = (*ISSUE_EVENTS, ClockReached, ClockChanged)
ROW = fragment(name="payments.row", template="payments/_row.html", tag="tr", dirtied_by=CLOCK_EVENTS)
HEAD = fragment(
    name="payments.head", template="payments/_head.html", tag="header", dirtied_by=ISSUE_EVENTS, counter=True
)


def list_of(viewer: Viewer, narrow: IssueFilter, after: tuple | None = None) -> dict:
    """Template context of the list; behind a place it is not live."""
    return head_of(viewer, narrow) | windowed_list.window_of(listing, viewer, narrow, after)


def rows_of(viewer: Viewer, narrow: IssueFilter, after: tuple | None) -> list[PaymentIssueLog]:
    """The rows behind a place, without it the first."""
    return windowed_list.rows_of(listing, viewer, narrow, after)


def head_of(viewer: Viewer, narrow: IssueFilter) -> dict:
    """How many issues match, counted up to a limit, and the totals of the open ones."""
    return windowed_list.total_of(listing, viewer, narrow) | {"totals": listing.totals(viewer, narrow)}


def issues_of(row: Fragment, paint: RenderPass) -> set[int]:
    """Issues that show another state: they changed, something was done about them, or their order was written."""
    return paint.once(("issues of", row.name), lambda: _find_issues(row, paint))


def _find_issues(row: Fragment, paint: RenderPass) -> set[int]:
    steps = queries.issues_of_steps(paint.dirt.of(row, "payment step"))
    return paint.dirt.of(row, "payment") | steps | queries.keys_of_orders(paint.dirt.of(row, "order"))


def _parts(viewer: Viewer, word: str, paint: RenderPass) -> Iterator[Part]:
    narrow = filter_of(word)
    if narrow is None:
        return
    if any(kind == "order" for kind, _ in paint.dirt.unclear):
        raise Unclear  # the issues of the order may have belonged to another website
    audience = (viewer.is_lead, viewer.websites, word)
    ids = issues_of(ROW, paint)
    if ids:
        matching, seen = paint.once(("payments", audience), lambda: listing.among(viewer, narrow, ids))
        if any(("payment", pk) in paint.dirt.unclear for pk in ids - seen):
            raise Unclear
        shown = {issue.pk: issue for issue in matching}
        for pk in sorted(seen):
            yield _row(shown[pk], paint) if pk in shown else Part(id=_element(pk), swap="delete", pos=paint.pos)
    if issues_of(HEAD, paint):
        html = paint.html(HEAD, audience, "payments-head", lambda: head_of(viewer, narrow))
        yield Part(id="payments-head", swap="outerMorph", pos=paint.pos, html=html)


def _row(issue: PaymentIssueLog, paint: RenderPass) -> Part:
    element = _element(issue.pk)
    html = paint.html(ROW, issue.pk, element, lambda: {"issue": issue})
    return Part(id=element, swap="row", pos=paint.pos, target="payments-list", html=html)


def _element(pk: int) -> str:
    return f"payments-payment-{pk}"


pane(name="payments", may_see=access.may_see_payments, parts=_parts, topics=lambda _: {groups.payments()})
