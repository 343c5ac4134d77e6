"""From the plan of a ticket to its rows: ticket, timeline, tags, clocks with history, participation, assignment."""

from datetime import datetime, timedelta
from random import Random

from support_management.core.money import money_text
from support_management.disputes.models import Dispute
from support_management.management.demo.clock_rows import clock_with_history, shown
from support_management.management.demo.demo_context import DemoContext
from support_management.management.demo.orders import order_rows
from support_management.management.demo.people.staff import COLLEAGUES
from support_management.management.demo.row_batch import MessageRow, RowBatch
from support_management.management.demo.scenes import Scene, scenes, usable
from support_management.management.demo.tickets import ticket_plan, ticket_timeline, ticket_times
from support_management.management.demo.tickets.ticket_plan import Plan
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.people.participation import VISIBLE_FOR
from support_management.routing.models import ReassignmentLog
from support_management.sla.models import pausing_statuses
from support_management.tickets.editing import units_of
from support_management.tickets.models import Ticket, TicketParticipation

NEEDS_ORDER = frozenset({"order", "payment", "dispute"})


def add(
    batch: RowBatch, context: DemoContext, plan: Plan, *, requester: User, order: Order | None, dispute: Dispute | None
) -> Ticket:
    """Add all rows of one ticket, unsaved. In a scene of a writer the writer of the order is the requester."""
    rng = Random(f"{context.seed}:{plan.index}:words")
    scene = _scene(plan.type, order, rng)
    if scene.by == "writer" and order and order.writer:
        requester = order.writer
    agent = _agent(context, plan, rng)
    values = _values(requester, order, agent, rng)
    created = context.moment - plan.age
    order_rows.placed_before(order, created)
    lines = ticket_timeline.entries(plan, scene, values, rng)
    row = Ticket(
        subject=rng.choice(usable(scene.subjects, values)),
        status=plan.status,
        priority=plan.priority,
        type=context.types[plan.type],
        channel=plan.channel,
        requester=requester,
        assignee=context.people[plan.owner] if plan.owner else None,
        website=context.sites[plan.site],
        order=order,
        dispute=dispute,
        first_replied_at=created + plan.replied if plan.replied else None,
        first_replied_by=agent if plan.replied else None,
        resolved_at=created + plan.resolved if plan.resolved else None,
        resolved_by=agent if plan.resolved else None,
        created_at=created,
        updated_at=created + max(line.at for line in lines),
        public_updated_at=created + max(line.at for line in lines if line.kind != "note"),
        version=len(lines),
    )
    row.units = units_of(row)
    batch.tickets.append(row)
    batch.tagged += [(row, context.tags[tag]) for tag in scene.tags if rng.random() < 0.6]
    _timeline(batch, row, created, lines, {"requester": requester, "owner": agent, "system": None})
    _clocks(batch, context, plan, row, lines)
    _participation(batch, context, row, agent, lines)
    return row


def _scene(type: str, order: Order | None, rng: Random) -> Scene:
    """A scene that fits: one about an order needs an order, a writer's one needs a writer."""
    roles = {"client", "writer"} if order and order.writer else {"client"}
    return rng.choice([scene for scene in scenes(type) if scene.by in roles and (order or not scene.needs_order)])


def _agent(context: DemoContext, plan: Plan, rng: Random) -> User:
    """The agent who writes: the owner or, for unassigned work, an agent who serves the website."""
    if plan.owner:
        return context.people[plan.owner]
    serving = [member for member in COLLEAGUES if plan.site in ticket_plan.SITES_OF[member.username]]
    return context.people[rng.choice(serving).username]


def _values(requester: User, order: Order | None, agent: User, rng: Random) -> dict[str, str]:
    """Values for the placeholders of a scene."""
    values = {"first": requester.name.split()[0], "agent": agent.name, "days": str(rng.randrange(2, 9))}
    if order is None:
        return values
    return values | {
        "ref": order.reference,
        "title": order.title,
        "amount": money_text(order.amount, order.currency),
        "writer": order.writer.name if order.writer else "the writer",
        "client": order.client.name,
    }


def _timeline(
    batch: RowBatch, row: Ticket, created: datetime, lines: list[ticket_timeline.TimelineEntry], who: dict
) -> None:
    batch.messages += [MessageRow(row, line.kind, who[line.author], line.body, created + line.at) for line in lines]


def _clocks(
    batch: RowBatch, context: DemoContext, plan: Plan, row: Ticket, lines: list[ticket_timeline.TimelineEntry]
) -> None:
    waits_since = row.created_at + max(line.at for line in lines) if row.status == "pending" else None
    ends = (row.first_replied_at, row.resolved_at)
    clocks, policy = [], context.policies["ticket", plan.priority]
    for metric, target, done in zip(
        ("first_response", "resolution"), ticket_times.targets(plan.priority), ends, strict=True
    ):
        clock, history = clock_with_history(
            start=row.created_at,
            target=target,
            done=done,
            now=context.moment,
            policy=policy,
            metric=metric,
            by=row.assignee,
            paused=waits_since if "pending" in pausing_statuses(policy.pause_on, metric) else None,
            ticket=row,
        )
        clocks.append(clock)
        batch.history += history
    batch.clocks += clocks
    for name, value in shown(clocks).items():
        setattr(row, name, value)


def _participation(
    batch: RowBatch, context: DemoContext, row: Ticket, agent: User, lines: list[ticket_timeline.TimelineEntry]
) -> None:
    by_agent = [line for line in lines if line.author == ticket_timeline.OWNER]
    if not by_agent:
        return
    last = row.created_at + by_agent[-1].at
    if context.moment - last < VISIBLE_FOR + timedelta(days=1):
        batch.participations.append(TicketParticipation(ticket=row, user=agent, at=last))
    if row.assignee:
        claimed = row.created_at + by_agent[0].at
        assignment = ReassignmentLog(ticket=row, to_agent=agent, by=agent, reason="claimed", cause="claimed")
        batch.assignments.append((assignment, claimed))
