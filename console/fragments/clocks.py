"""The clocks of one piece of work: when each ran, stood still and was moved, and why it is due when it is."""

from collections.abc import Iterable
from datetime import datetime

from console import access
from console.fragments import groups
from console.fragments.registry import Part, fragment, pane
from console.fragments.rendering import RenderPass
from console.fragments.sla import SLA_EVENTS, facts_of
from support_management.disputes import queries as disputes
from support_management.events.catalogue import ClockEscalated
from support_management.sla import queries
from support_management.sla.board import story, without_policy
from support_management.sla.board.story import ClockStory
from support_management.sla.models import OrderDisputeSLA

STORY = fragment(name="sla.story", template="sla/_story.html", tag="div", dirtied_by=(*SLA_EVENTS, ClockEscalated))
WIDE = 1000
"""Units across the picture of a clock."""


def clocks_of(kind: str, pk: int) -> dict:
    """The work and its clocks, the next to bite first."""
    work = without_policy.whole(kind, pk)
    clocks = [] if work is None else queries.of_work(kind, pk)
    told = stories_of(clocks)
    return facts_of(kind, work) | {"stories": told, "element": f"clocks-of-{kind}-{pk}", "pane": f"clocks.{kind}-{pk}"}


def stories_of(clocks: list[OrderDisputeSLA]) -> list[dict]:
    """Each clock with its story and the picture of it."""
    return [{"clock": one.clock, "story": one, "bars": _bars(one)} for one in story.of(clocks)]


def _bars(told: ClockStory) -> list[dict]:
    """Where the stretches lie between start and end; a run that goes on is drawn up to the deadline."""
    clock, bars = told.clock, []
    span = max((told.ends - clock.started_at).total_seconds(), 1.0)

    def place(moment: datetime) -> float:
        return round(WIDE * max(0.0, min(1.0, (moment - clock.started_at).total_seconds() / span)), 1)

    for part in told.parts:
        left = place(part.at)
        if part.what in (story.RUN, story.PAUSE):
            still = part.until is None and not clock.completed_at
            right = place(part.until or told.ends)
            what = "left" if still and part.what == story.RUN else part.what
            bars.append({"what": what, "x": left, "width": max(round(right - left, 1), 2)})
        else:
            bars.append({"what": part.what, "x": min(left, WIDE - 3)})
    return bars


def _parts(_viewer, work: str, paint: RenderPass) -> Iterable[Part]:
    kind, _, pk = work.partition("-")
    dirty = paint.dirt.of(STORY, kind)
    if kind == "dispute":
        dirty = dirty | paint.once("disputes told", lambda: disputes.keys_of_orders(paint.dirt.of(STORY, "order")))
    if int(pk) not in dirty:
        return []
    element = f"clocks-of-{work}"
    html = paint.html(STORY, work, element, lambda: clocks_of(kind, int(pk)))
    return [Part(id=element, swap="outerMorph", pos=paint.pos, html=html)]


pane(name="clocks", may_see=access.may_see_clocks, parts=_parts, topics=lambda _: {groups.figures()})
