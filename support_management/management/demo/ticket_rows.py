"""A planned ticket becomes rows: ticket, timeline, tags, clocks with history, who took part, change of hands."""

from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from support_management.core.text import to_html
from support_management.disputes.models import Dispute
from support_management.management.demo import orders_plan, story, tickets_plan, times_plan
from support_management.management.demo.batch import Batch
from support_management.management.demo.cast import COLLEAGUES
from support_management.management.demo.clock_rows import clock_with_history, shown
from support_management.management.demo.desk import Desk
from support_management.management.demo.scenes import Scene, scenes
from support_management.management.demo.tickets_plan import Plan
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.routing.models import ReassignmentLog
from support_management.tickets.models import Ticket, TicketMessage, TicketParticipation
from support_management.tickets.queries import TOOK_PART

html_of = lru_cache(maxsize=4096)(to_html)
NEEDS_ORDER = frozenset({"order", "payment", "dispute"})


def add(
    batch: Batch, desk: Desk, plan: Plan, *, requester: User, order: Order | None, dispute: Dispute | None
) -> Ticket:
    """All rows of one ticket, unsaved, into the batch."""
    chance = Random(f"{desk.seed}:{plan.index}:words")
    scene = _scene(plan.type, order, chance)
    agent = _agent(desk, plan, chance)
    facts = _facts(requester, order, agent, chance)
    created = desk.moment - plan.age
    orders_plan.placed_before(order, created)
    said = story.lines(plan, scene, facts, chance)
    row = Ticket(
        subject=chance.choice(_subjects(scene, order)).format_map(facts),
        status=plan.status,
        priority=plan.priority,
        type=desk.types[plan.type],
        channel=plan.channel,
        requester=requester,
        assignee=desk.people[plan.owner] if plan.owner else None,
        website=desk.sites[plan.site],
        order=order,
        dispute=dispute,
        first_replied_at=created + plan.replied if plan.replied else None,
        resolved_at=created + plan.resolved if plan.resolved else None,
        created_at=created,
        updated_at=created + max(line.at for line in said),
        version=len(said),
    )
    row.units = row.type.units(row.priority) if plan.owner and plan.status in ("new", "open") else 0
    batch.tickets.append(row)
    batch.tagged += [(row, desk.tags[tag]) for tag in scene.tags if chance.random() < 0.6]
    _timeline(batch, row, created, said, {"requester": requester, "owner": agent, "nobody": None})
    _clocks(batch, desk, plan, row, said)
    _took_part(batch, desk, row, agent, said)
    return row


def _scene(type: str, order: Order | None, chance: Random) -> Scene:
    fitting = [scene for scene in scenes(type) if order or "{ref}" not in scene.ask]
    return chance.choice(fitting)


def _subjects(scene: Scene, order: Order | None) -> list[str]:
    return [text for text in scene.subjects if order or "{" not in text]


def _agent(desk: Desk, plan: Plan, chance: Random) -> User:
    """Who does the talking: the owner, or for unowned work a colleague who serves the site."""
    if plan.owner:
        return desk.people[plan.owner]
    serving = [player for player in COLLEAGUES if plan.site in tickets_plan.SITES_OF[player.username]]
    return desk.people[chance.choice(serving).username]


def _facts(requester: User, order: Order | None, agent: User, chance: Random) -> dict[str, str]:
    facts = {"first": requester.name.split()[0], "agent": agent.name, "days": str(chance.randrange(2, 9))}
    if order is None:
        return facts | {"ref": "", "title": "", "amount": "", "writer": "the writer"}
    writer = order.writer.name if order.writer else "the writer"
    return facts | {
        "ref": order.reference,
        "title": order.title,
        "amount": f"{order.amount} {order.currency}",
        "writer": writer,
    }


def _timeline(batch: Batch, row: Ticket, created: datetime, said: list[story.Line], who: dict) -> None:
    batch.messages += [
        TicketMessage(
            ticket=row,
            kind=line.kind,
            author=who[line.author],
            body=line.body,
            html=html_of(line.body),
            created_at=created + line.at,
        )
        for line in said
    ]


def _clocks(batch: Batch, desk: Desk, plan: Plan, row: Ticket, said: list[story.Line]) -> None:
    waits_since = row.created_at + max(line.at for line in said) if row.status == "pending" else None
    ends = (row.first_replied_at, row.resolved_at)
    made = []
    for metric, target, done in zip(
        ("first_response", "resolution"), times_plan.targets(plan.priority), ends, strict=True
    ):
        clock, history = clock_with_history(
            start=row.created_at,
            target=target,
            done=done,
            now=desk.moment,
            policy=desk.promises["ticket", plan.priority],
            metric=metric,
            by=row.assignee,
            paused=waits_since,
            ticket=row,
        )
        made.append(clock)
        batch.history += history
    batch.clocks += made
    for name, value in shown(made).items():
        setattr(row, name, value)


def _took_part(batch: Batch, desk: Desk, row: Ticket, agent: User, said: list[story.Line]) -> None:
    by_agent = [line for line in said if line.author == story.OWNER]
    if not by_agent:
        return
    last = row.created_at + by_agent[-1].at
    if desk.moment - last < TOOK_PART + timedelta(days=1):
        batch.participations.append(TicketParticipation(ticket=row, user=agent, at=last))
    if row.assignee:
        taken = row.created_at + by_agent[0].at
        hands = ReassignmentLog(ticket=row, to_agent=agent, by=agent, reason="claimed", cause="claimed")
        batch.hands.append((hands, taken))
