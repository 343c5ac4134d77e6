"""The agents of the workload board: a row each, the team figures, and the open work of an agent."""

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
"""Events that change somebody's load or status."""
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
"""Tickets, and disputes, shown at most for an agent."""
CAPACITY_WIDTH, BAR_WIDTH = 96, 120
"""Width of the capacity, and of the whole bar; the space between shows load above capacity."""
TicketOrDispute = Ticket | Dispute


def team_of(opened: Iterable[int] = ()) -> dict:
    """All agents by group, with the work of those whose rows are opened."""
    members = sorted((row for row in workload_board.members() if row.in_team), key=lambda row: row.order_key)
    totals, names = workload_board.sums(), workload_board.legend()
    work = {member.agent.pk: held_of(member.agent.pk) for member in members if member.agent.pk in set(opened)}
    groups = [
        {
            "slug": slug,
            "name": name,
            "sums": totals[slug],
            "agents": [
                agent_of(member) | {"held": work.get(member.agent.pk)} for member in members if member.group == slug
            ],
        }
        for slug, name in workload_board.GROUPS.items()
    ]
    return {"groups": groups, "legend": names} | head_of(totals)


def head_of(totals: dict[str, TeamTotals]) -> dict:
    """The figures of the whole team."""
    return {"total": sum(totals.values(), TeamTotals()), "online": totals["online"].agents}


def agent_of(member: AgentRow) -> dict:
    """Template context of an agent's row."""
    load, capacity = member.figures.load, member.figures.capacity
    words = ", ".join(f"{units} {name}" for name, units in member.parts if units) or "No load"
    context = {"bar": _bar(member), "load_words": words, "over": max(0, load - capacity)}
    return context | {"member": member, "agent": member.agent, "status_word": _status_word(member)}


def _status_word(member: AgentRow) -> str:
    """The status text, also for people without an availability."""
    profile = getattr(member.agent, "support_profile", None)
    if not member.agent.is_active:
        return "Deactivated"
    if not member.active:
        return profile.get_status_display() if profile else "Not an agent"
    return member.availability.get_state_display() if member.availability else "Offline"


def _bar(member: AgentRow) -> list[dict]:
    """The segments of the load bar, and the one above capacity."""
    scale, x, parts = CAPACITY_WIDTH / max(1, member.figures.capacity), 0.0, []
    for at, (name, units) in enumerate(member.parts, start=1):
        width = min(units * scale, BAR_WIDTH - x)
        if units and width > 1:
            parts.append(
                {"css": f"part-{at}", "name": name, "units": units, "x": round(x, 1), "width": round(width - 1, 1)}
            )
            x += width
    if x > CAPACITY_WIDTH:
        parts.append({"css": "over", "x": CAPACITY_WIDTH, "width": round(x - CAPACITY_WIDTH, 1)})
    return parts


def held_of(agent_id: int) -> dict:
    """The open work of an agent, in order of urgency."""
    tickets, open_disputes = workload_board.held(agent_id, most=MOST_HELD)
    works: list[TicketOrDispute] = [*tickets, *open_disputes]
    lines = sorted(map(line_of, works), key=lambda line: line["order_key"])
    return {"agent_id": agent_id, "lines": lines}


def line_of(work: TicketOrDispute) -> dict:
    """Template context of a ticket or dispute in its assignee's work."""
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
    """Changed parts of the agents and their work."""
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
    ticket_ids = paint.dirt.of(HELD, "ticket")
    dispute_ids = paint.dirt.of(HELD, "dispute") | disputes.keys_of_orders(paint.dirt.of(HELD, "order"))
    works: dict[tuple[str, int], TicketOrDispute] = {}
    if ticket_ids:
        works |= {("ticket", pk): row for pk, row in workload_board.ticket_lines().in_bulk(list(ticket_ids)).items()}
    if dispute_ids:
        works |= {("dispute", pk): row for pk, row in workload_board.dispute_lines().in_bulk(list(dispute_ids)).items()}
    for kind, ids in (("ticket", ticket_ids), ("dispute", dispute_ids)):
        for pk in sorted(ids):
            yield _line(kind, pk, works.get((kind, pk)), paint)


def _line(kind: str, pk: int, work: TicketOrDispute | None, paint: RenderPass) -> Part:
    element = f"workload-{kind}-{pk}"
    if work is None or not work.is_open or work.assignee_id is None:
        return Part(id=element, swap="delete", pos=paint.pos)
    html = paint.html(HELD, element, element, lambda: {"line": line_of(work)}, link=work.get_absolute_url())
    return Part(id=element, swap="row", pos=paint.pos, target=f"workload-held-{work.assignee_id}-list", html=html)


def _whole(element: str, fragment: Fragment, context, paint: RenderPass) -> Part:
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=paint.html(fragment, element, element, context))
