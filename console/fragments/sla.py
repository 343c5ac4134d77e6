"""The SLA board: rows of clocks, list headers, the chart of the next hour, and a warning when the sweep is late."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from console import access
from console.fragments import groups
from console.fragments.queue import TICKET_EVENTS
from console.fragments.registry import Fragment, Part, fragment, pane
from console.fragments.rendering import RenderPass
from support_management.core.time import now
from support_management.disputes import queries as disputes
from support_management.events.catalogue import (
    DisputeAssigned,
    DisputeMoved,
    DisputeOpened,
    OrderActed,
    OrderMoved,
    PaymentIssueChanged,
    PaymentIssueLogged,
)
from support_management.payment_issues import queries as payment_issues
from support_management.people.viewer import Viewer
from support_management.sla.board import clocks as clock_lists
from support_management.sla.board import without_policy
from support_management.sla.board.filters import BoardFilter, narrow_of
from support_management.sla.models import Metric, OrderDisputeSLA, WorkKind

PAYMENT_EVENTS = (PaymentIssueLogged, PaymentIssueChanged)
SLA_EVENTS = (*TICKET_EVENTS, DisputeOpened, DisputeAssigned, DisputeMoved, OrderMoved, OrderActed, *PAYMENT_EVENTS)
ROW = fragment(name="sla.row", template="sla/_clock_row.html", tag="tr", dirtied_by=SLA_EVENTS)
NONE = fragment(name="sla.none", template="sla/_none_row.html", tag="tr", dirtied_by=SLA_EVENTS)
HEAD = fragment(name="sla.head", template="sla/_list_head.html", tag="header", dirtied_by=SLA_EVENTS, counter=True)
HOUR = fragment(name="sla.hour", template="sla/_hour.html", tag="section", dirtied_by=SLA_EVENTS, counter=True)
SWEEP = fragment(name="sla.sweep", template="sla/_sweep.html", tag="div", dirtied_by=SLA_EVENTS, counter=True)
NAMES = {"late": "Breached and open", "next": "Upcoming breaches", "paused": "Paused", "none": "No policy"}
EMPTY = {
    "late": "No breached targets.",
    "next": "No active targets.",
    "paused": "No paused targets.",
    "none": "Every open item has an SLA.",
}
MAX_BLOCKS = 8
"""Blocks drawn above a minute."""
_ROUND = 10_000
"""Minutes after which positions repeat: SVG does not take large numbers."""


def board_of(narrow: BoardFilter, rest: tuple[str, str] = ("", "")) -> dict:
    """The whole board; `rest` (list, place as text) shows that list after the place instead."""
    rows, summaries = clock_lists.first_clocks(narrow), clock_lists.summaries(narrow)
    lists = {
        slug: _first(slug, narrow, [clock_of(row) for row in rows[slug]], summaries[slug]) for slug in clock_lists.LISTS
    }
    total = without_policy.total(narrow)
    works = [work_of(row) for row in without_policy.first(narrow)[: without_policy.FIRST]]
    lists["none"] = _first("none", narrow, works, clock_lists.ClockListSummary(total))
    slug, after = rest
    if slug and after:
        lists[slug] = lists[slug] | rest_of(slug, narrow, after)
    return {"lists": list(lists.values()), "hour": hour_of(narrow), "late_since": clock_lists.late_since()}


def list_of(slug: str, narrow: BoardFilter, summary: clock_lists.ClockListSummary) -> dict:
    """Template context of a list."""
    window = without_policy.FIRST if slug == "none" else clock_lists.FIRST[slug]
    context = {"slug": slug, "name": NAMES[slug], "empty": EMPTY[slug], "window": window}
    return context | {"place": f"sla-{slug}", "word": narrow.word, "facts": summary}


def _first(slug: str, narrow: BoardFilter, rows: list[dict], summary: clock_lists.ClockListSummary) -> dict:
    return list_of(slug, narrow, summary) | {"rows": rows, "more": summary.total > len(rows) > 0, "live": True}


def rest_of(slug: str, narrow: BoardFilter, after: str) -> dict:
    """Rows of a list after a place, not live."""
    if slug == "none":
        rows = [work_of(work) for work in without_policy.first(narrow, without_policy.KEYSET.decode(after))]
        return {"rows": rows, "more": len(rows) == without_policy.WINDOW, "live": False}
    rows = [clock_of(clock) for clock in clock_lists.rest(slug, narrow, clock_lists.KEYSET.decode(after))]
    return {"rows": rows, "more": len(rows) == clock_lists.WINDOW, "live": False}


def clock_of(clock: OrderDisputeSLA) -> dict:
    """Template context of a row: the clock and its work."""
    kind, work = clock.kind, clock.work
    context = item_context(kind, work)
    return context | {
        "clock": clock,
        "order_key": clock_lists.order_key(clock),
        "element": f"sla-{kind}-{work.pk}-{clock.metric}",
        "pick": f"{kind}-{work.pk}-{clock.pk}.{context['version']}",
    }


def work_of(work: without_policy.AnyWork) -> dict:
    """Template context of a row of an item without an SLA."""
    kind = without_policy.kind_of(work)
    pick, element = f"{kind}-{work.pk}-0.{work.version}", f"sla-{kind}-{work.pk}-none"
    return item_context(kind, work) | {"order_key": without_policy.order_key(work), "element": element, "pick": pick}


def item_context(kind: str, work) -> dict:
    """Number, subject, customer, assignee and address of a piece of work."""
    if work is None:
        return {"kind": kind, "work": None}
    order = work.order if kind in (WorkKind.DISPUTE, WorkKind.PAYMENT) else work
    return {
        "kind": kind,
        "work": work,
        "version": work.version,
        "number": work.reference if kind == WorkKind.ORDER else work.number,
        "subject": work.subject if kind == WorkKind.TICKET else order.title,
        "client": work.requester if kind == WorkKind.TICKET else order.client,
        "website_id": order.website_id,
        "owner": None if kind == WorkKind.ORDER else work.assignee,
        "address": work.get_absolute_url(),
    }


def hour_of(narrow: BoardFilter) -> dict:
    """The chart of due targets: one block per clock, one column per minute; an hour of it is visible."""
    start = now().replace(second=0, microsecond=0)
    columns = [_column(minute, start) for minute in clock_lists.minutes(narrow)]
    within = sum(column["minute"].total for column in columns if column["minute"].at < start + timedelta(hours=1))
    steps = [start + timedelta(minutes=ten) for ten in range(0, 60, 10)]
    return {"start": start, "x": _place(start), "columns": columns, "due": within, "steps": steps}


def _column(minute: clock_lists.DueMinute, start: datetime) -> dict:
    blocks = [stage for stage in ("at_risk", "due_soon", "on_track") for _ in range(dict(minute.stages).get(stage, 0))]
    shown = blocks[:MAX_BLOCKS]
    drawn = [{"stage": stage, "y": MAX_BLOCKS - 1 - level} for level, stage in enumerate(shown)]
    x = _place(start) + (minute.at - start) // timedelta(minutes=1)
    return {"minute": minute, "x": x, "blocks": drawn, "over": len(blocks) > MAX_BLOCKS}


def _place(moment: datetime) -> int:
    """Horizontal position of a minute; it stays the same, so the browser only moves the visible range."""
    return int(moment.timestamp()) // 60 % _ROUND


def _parts(_viewer: Viewer, word: str, paint: RenderPass) -> Iterator[Part]:
    narrow = narrow_of(word)
    if narrow is None:
        return
    clocks, none = _works(ROW, paint), _works(NONE, paint)
    if any(clocks.values()):
        rows = paint.once(("clocks", word), lambda: _clocks(narrow, clocks))
        yield from _rows(clocks, Metric.values, rows, paint)
    if any(none.values()):
        rows = paint.once(("none", word), lambda: _without_policy(narrow, none))
        yield from _rows(none, ("none",), rows, paint)
    if paint.dirt.subjects.get(HEAD.name):
        yield from paint.once(("heads", word), lambda: list(_heads(narrow, paint)))
    if paint.dirt.subjects.get(HOUR.name):
        yield _whole("sla-hour", HOUR, lambda: {"hour": hour_of(narrow)}, paint, narrow)
    if paint.dirt.subjects.get(SWEEP.name):
        yield _whole("sla-sweep", SWEEP, lambda: {"late_since": clock_lists.late_since()}, paint, "")


def _works(fragment: Fragment, paint: RenderPass) -> dict[str, set[int]]:
    """Changed items by kind. Disputes and payment issues change with their orders: they show the order's title."""
    works = {kind: paint.dirt.of(fragment, kind) for kind in WorkKind.values}
    if not works["order"]:
        return works
    return works | paint.once(("work about", fragment.name), lambda: _of_orders(works))


def _of_orders(works: dict[str, set[int]]) -> dict[str, set[int]]:
    return {
        "dispute": works["dispute"] | disputes.keys_of_orders(works["order"]),
        "payment": works["payment"] | payment_issues.keys_of_orders(works["order"]),
    }


def _clocks(narrow: BoardFilter, works: dict[str, set[int]]) -> dict[str, dict]:
    return {row["element"]: row for row in map(clock_of, clock_lists.of_works(narrow, works))}


def _without_policy(narrow: BoardFilter, works: dict[str, set[int]]) -> dict[str, dict]:
    return {row["element"]: row for row in map(work_of, without_policy.among(narrow, works))}


def _rows(
    works: dict[str, set[int]], slots: Iterable[str], shown: dict[str, dict], paint: RenderPass
) -> Iterator[Part]:
    """Parts of the rows: each item has at most one open clock per metric; a row is painted or deleted."""
    for kind, ids in works.items():
        for element in (f"sla-{kind}-{pk}-{slot}" for pk in sorted(ids) for slot in slots):
            yield _row(shown[element], paint) if element in shown else Part(id=element, swap="delete", pos=paint.pos)


def _row(row: dict, paint: RenderPass) -> Part:
    clock = row.get("clock")
    slug = clock_lists.LIST_OF[clock.state] if clock else "none"
    fragment_row = ROW if clock else NONE
    html = paint.html(fragment_row, row["element"], row["element"], lambda: {"row": row}, link=row["address"])
    return Part(id=row["element"], swap="row", pos=paint.pos, target=f"sla-{slug}-list", html=html)


def _heads(narrow: BoardFilter, paint: RenderPass) -> Iterator[Part]:
    summaries = clock_lists.summaries(narrow) | {"none": clock_lists.ClockListSummary(without_policy.total(narrow))}
    for slug, summary in summaries.items():
        context = list_of(slug, narrow, summary)
        yield _whole(f"{context['place']}-head", HEAD, partial(dict, list=context), paint, summary)


def _whole(element: str, fragment: Fragment, context: Callable[[], dict], paint: RenderPass, key: Hashable) -> Part:
    html = paint.html(fragment, key, element, context)
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


pane(name="sla", may_see=access.may_see_sla, parts=_parts, topics=lambda _: {groups.figures()})
