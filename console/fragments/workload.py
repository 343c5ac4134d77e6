"""The workload board's agents: a line each, the figures above them, and the work that somebody holds."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from console.fragments.queue import TICKET_EVENTS
from console.fragments.registry import ALL, Fragment, Part, fragment
from console.fragments.rendering import RenderPass
from support_management.analytics import workload_board
from support_management.analytics.workload_board import AgentRow, TeamTotals
from support_management.core.keyset import ID, DatetimePart, IntegerPart, Keyset, WordPart
from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.events.catalogue import (
    AvailabilityChanged,
    DashboardRefreshed,
    DisputeAssigned,
    DisputeMoved,
    DisputeOpened,
)
from support_management.tickets.models import Ticket

HELD_EVENTS = (*TICKET_EVENTS, DisputeOpened, DisputeAssigned, DisputeMoved)
TEAM_EVENTS = (*HELD_EVENTS, AvailabilityChanged, DashboardRefreshed)
"""What moves somebody's load, or whether they are there."""
HEAD = fragment(name="workload.head", template="workload/_head.html", tag="p", dirtied_by=TEAM_EVENTS, counter=True)
GROUP = fragment(name="workload.group", template="workload/_group.html", tag="h3", dirtied_by=TEAM_EVENTS, counter=True)
AGENT = fragment(
    name="workload.agent", template="workload/_agent.html", tag="tbody", dirtied_by=TEAM_EVENTS, counter=True
)
HELD = fragment(name="workload.held", template="workload/_held_line.html", tag="li", dirtied_by=HELD_EVENTS)
HELD_KEYSET = Keyset[int, datetime, str, int](
    IntegerPart(1, 4, width=1), DatetimePart(), WordPart(("dispute", "ticket")), ID
)
MOST_HELD = 200
"""Pieces of work of a kind that stand under an agent's line."""
FULL, WIDE = 96, 120
"""Where a bar's capacity ends, and where the bar itself does: what lies between is too much."""
TicketOrDispute = Ticket | Dispute


def team_of(opened: Iterable[int] = ()) -> dict:
    """Every line by group, with the work of whose lines stand open."""
    lines = sorted((one for one in workload_board.members() if one.in_team), key=lambda one: one.order_key)
    counted, names = workload_board.sums(), workload_board.legend()
    work = {one.agent.pk: held_of(one.agent.pk) for one in lines if one.agent.pk in set(opened)}
    groups = [
        {
            "slug": slug,
            "name": name,
            "sums": counted[slug],
            "agents": [agent_of(one) | {"held": work.get(one.agent.pk)} for one in lines if one.group == slug],
        }
        for slug, name in workload_board.GROUPS.items()
    ]
    return {"groups": groups, "legend": names} | head_of(counted)


def head_of(counted: dict[str, TeamTotals]) -> dict:
    """The figures of the whole team."""
    return {"total": sum(counted.values(), TeamTotals()), "online": counted["online"].agents}


def agent_of(member: AgentRow) -> dict:
    """A line as its template knows it."""
    load, capacity = member.figures.load, member.figures.capacity
    words = ", ".join(f"{units} {name}" for name, units in member.parts if units) or "No load"
    facts = {"bar": _bar(member), "load_words": words, "over": max(0, load - capacity)}
    return facts | {"member": member, "agent": member.agent, "status_word": _status_word(member)}


def _status_word(member: AgentRow) -> str:
    """What stands where an agent without a state of their own has one."""
    profile = getattr(member.agent, "support_profile", None)
    if not member.agent.is_active:
        return "Deactivated"
    if not member.active:
        return profile.get_status_display() if profile else "Not an agent"
    return member.availability.get_state_display() if member.availability else "Offline"


def _bar(member: AgentRow) -> list[dict]:
    """The parts of the load, one behind the other, and what of them is too much."""
    scale, x, parts = FULL / max(1, member.figures.capacity), 0.0, []
    for at, (name, units) in enumerate(member.parts, start=1):
        width = min(units * scale, WIDE - x)
        if units and width > 1:
            parts.append(
                {"css": f"part-{at}", "name": name, "units": units, "x": round(x, 1), "width": round(width - 1, 1)}
            )
            x += width
    if x > FULL:
        parts.append({"css": "over", "x": FULL, "width": round(x - FULL, 1)})
    return parts


def held_of(agent_id: int) -> dict:
    """Everything that an agent holds, in work order."""
    tickets, cases = workload_board.held(agent_id, most=MOST_HELD)
    works: list[TicketOrDispute] = [*tickets, *cases]
    lines = sorted(map(line_of, works), key=lambda line: line["order_key"])
    return {"agent_id": agent_id, "lines": lines}


def line_of(work: TicketOrDispute) -> dict:
    """A piece of work under the line of who has it."""
    kind = "ticket" if isinstance(work, Ticket) else "dispute"
    about = work if isinstance(work, Ticket) else work.order
    return {
        "kind": kind,
        "work": work,
        "subject": about.subject if isinstance(about, Ticket) else about.title,
        "client": about.requester if isinstance(about, Ticket) else about.client,
        "queue": work.type.name if isinstance(work, Ticket) else "Dispute",
        "website_id": about.website_id,
        "order_key": HELD_KEYSET.encode(work.priority, work.next_due_at, kind, work.pk),
        "pick": f"{kind}-{work.pk}-0.{work.version}",
    }


def parts(paint: RenderPass) -> Iterator[Part]:
    """What changed of the agents and of what they hold."""
    yield from paint.once("held", lambda: list(_held(paint)))
    ids = paint.dirt.of(AGENT, "agent")
    if ids:
        yield from paint.once("agents", lambda: list(_agents(ids, paint)))
    if paint.dirt.subjects.get(HEAD.name):
        yield _whole("workload-head", HEAD, lambda: head_of(paint.once("sums", workload_board.sums)), paint)
    if paint.dirt.subjects.get(GROUP.name):
        for slug, name in workload_board.GROUPS.items():
            group = {"slug": slug, "name": name, "sums": paint.once("sums", workload_board.sums)[slug]}
            yield _whole(f"workload-{slug}-head", GROUP, partial(dict, group=group), paint)


def _agents(ids: set[int], paint: RenderPass) -> Iterator[Part]:
    for member in workload_board.members(None if ALL in ids else ids):
        element = f"workload-agent-{member.agent.pk}"
        if member.in_team:
            html = paint.html(AGENT, element, element, partial(agent_of, member))
            yield Part(id=element, swap="row", pos=paint.pos, target=f"workload-{member.group}-list", html=html)
        else:
            yield Part(id=element, swap="delete", pos=paint.pos)


def _held(paint: RenderPass) -> Iterator[Part]:
    tickets = paint.dirt.of(HELD, "ticket")
    cases = paint.dirt.of(HELD, "dispute") | disputes.keys_of_orders(paint.dirt.of(HELD, "order"))
    known: dict[tuple[str, int], TicketOrDispute] = {}
    if tickets:
        known |= {("ticket", pk): row for pk, row in workload_board.ticket_lines().in_bulk(list(tickets)).items()}
    if cases:
        known |= {("dispute", pk): row for pk, row in workload_board.dispute_lines().in_bulk(list(cases)).items()}
    for kind, ids in (("ticket", tickets), ("dispute", cases)):
        for pk in sorted(ids):
            yield _line(kind, pk, known.get((kind, pk)), paint)


def _line(kind: str, pk: int, work: TicketOrDispute | None, paint: RenderPass) -> Part:
    element = f"workload-{kind}-{pk}"
    if work is None or not work.is_open or work.assignee_id is None:
        return Part(id=element, swap="delete", pos=paint.pos)
    html = paint.html(HELD, element, element, lambda: {"line": line_of(work)}, link=work.get_absolute_url())
    return Part(id=element, swap="row", pos=paint.pos, target=f"workload-held-{work.assignee_id}-list", html=html)


def _whole(element: str, which: Fragment, context, paint: RenderPass) -> Part:
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=paint.html(which, element, element, context))
