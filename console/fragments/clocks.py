"""The SLA history of a ticket, dispute or order: active and paused periods, extensions, the reason of the due time."""

from collections.abc import Iterable
from datetime import datetime

from console import access
from console.fragments import groups
from console.fragments.registry import Part, fragment, pane
from console.fragments.rendering import RenderPass
from console.fragments.sla import SLA_EVENTS, item_context
from support_management.core.time import now
from support_management.disputes import queries as disputes
from support_management.events.catalogue import ClockEscalated
from support_management.payment_issues import queries as payment_issues
from support_management.sla import queries
from support_management.sla.board import story, without_policy
from support_management.sla.board.story import ClockStory
from support_management.sla.models import OrderDisputeSLA

STORY = fragment(name="sla.story", template="sla/_story.html", tag="div", dirtied_by=(*SLA_EVENTS, ClockEscalated))
CHART_WIDTH = 1000
"""Width of a clock's chart, in its own units."""


_OF_ORDERS = {"dispute": disputes.keys_of_orders, "payment": payment_issues.keys_of_orders}
"""Work that shows its order."""


def clocks_of(kind: str, pk: int) -> dict:
    """The item and its clocks, the next due first."""
    work = without_policy.whole(kind, pk)
    clocks = [] if work is None else queries.of_work(kind, pk)
    stories = stories_of(clocks)
    return item_context(kind, work) | {
        "stories": stories,
        "element": f"clocks-of-{kind}-{pk}",
        "pane": f"clocks.{kind}-{pk}",
    }


def stories_of(clocks: list[OrderDisputeSLA]) -> list[dict]:
    """Each clock with its history and the bars of its chart."""
    return [
        {"clock": clock_story.clock, "story": clock_story, "bars": _bars(clock_story)}
        for clock_story in story.of(clocks)
    ]


def _bars(clock_story: ClockStory) -> list[dict]:
    """Positions of the periods between start and end; an active period is filled up to now, the rest is left."""
    clock, bars, moment = clock_story.clock, [], now()
    span = max((clock_story.ends - clock.started_at).total_seconds(), 1.0)

    def place(moment: datetime) -> float:
        return round(CHART_WIDTH * max(0.0, min(1.0, (moment - clock.started_at).total_seconds() / span)), 1)

    for part in clock_story.parts:
        left = place(part.at)
        if part.what in (story.RUN, story.PAUSE):
            width = max(round(place(part.until or clock_story.ends) - left, 1), 2)
            if part.what == story.RUN and part.until is None and not clock.completed_at:
                bars.append({"what": "left", "x": left, "width": width})
                elapsed = {"since": part.at.timestamp(), "ends": clock_story.ends.timestamp(), "most": width}
                passed = max(0.0, min(width, round(place(moment) - left, 1)))
                bars.append({"what": "run", "x": left, "width": passed, "elapsed": elapsed})
            else:
                bars.append({"what": part.what, "x": left, "width": width})
        else:
            bars.append({"what": part.what, "x": min(left, CHART_WIDTH - 3)})
    return bars


def _parts(_viewer, work: str, paint: RenderPass) -> Iterable[Part]:
    kind, _, pk = work.partition("-")
    dirty = paint.dirt.of(STORY, kind)
    if of_orders := _OF_ORDERS.get(kind):
        dirty = dirty | paint.once(f"{kind}s of orders", lambda: of_orders(paint.dirt.of(STORY, "order")))
    if int(pk) not in dirty:
        return []
    element = f"clocks-of-{work}"
    html = paint.html(STORY, work, element, lambda: clocks_of(kind, int(pk)))
    return [Part(id=element, swap="outerMorph", pos=paint.pos, html=html)]


pane(name="clocks", may_see=access.may_see_clocks, parts=_parts, topics=lambda _: {groups.figures()})
