"""What requesters and agents do with tickets."""

from support_management.management.demo.scenes import scenes, usable
from support_management.management.simulator.action_context import ActionContext, text_values
from support_management.management.simulator.actors import Actor
from support_management.management.simulator.api_client import ApiResponse
from support_management.management.simulator.work_cache import OPEN, assignee_of
from support_management.people.roles import Role

TYPES = ("order", "order", "payment", "account", "technical", "general", "other")
PRIORITIES, PRIORITY_SHARES = ("low", "normal", "high", "urgent"), (22, 56, 19, 3)
PENDING_SHARE = 0.35
"""Of the replies of agents: the ticket waits for the requester afterwards."""


def create(context: ActionContext) -> ApiResponse | None:
    """A client or writer opens a ticket, mostly about an order."""
    actor = context.rng.choice(context.clients)
    order = context.cache.pick("orders", lambda row: actor.id in _parties_of(row), context.rng)
    queue = context.rng.choice(TYPES) if order else "account"
    by = "writer" if actor.role == Role.WRITER else "client"
    fitting = [scene for scene in scenes(queue) if not scene.needs_order or (order and scene.by == by)]
    scene = context.rng.choice(fitting) if fitting else None
    if scene is None:
        return None
    values = text_values(requester=actor.name, order=order if scene.needs_order else None)
    body: dict = {
        "subject": context.rng.choice(usable(scene.subjects, values)),
        "body": context.rng.choice(usable(scene.asks, values)),
        "type": queue,
        "priority": context.rng.choices(PRIORITIES, PRIORITY_SHARES)[0],
    }
    if order and scene.needs_order:
        body["order"] = order["id"]
    return context.send(actor, "tickets", "tickets/", body)


def write_back(context: ActionContext) -> ApiResponse | None:
    """The requester replies; a pending ticket is open again."""
    requesters = {actor.id: actor for actor in context.clients}
    ticket = context.cache.pick(
        "tickets", lambda row: row["requester"]["id"] in requesters and row["status"] in OPEN - {"new"}, context.rng
    )
    if ticket is None:
        return None
    body = {"body": context.rng.choice(context.scene_of(ticket).replies)}
    return context.send(requesters[ticket["requester"]["id"]], "tickets", f"tickets/{ticket['id']}/reply/", body)


def claim(context: ActionContext) -> ApiResponse | None:
    agent = context.rng.choice(context.agents)
    ticket = _unassigned(context, agent)
    return context.send(agent, "tickets", f"tickets/{ticket['id']}/claim/", {}) if ticket else None


def assign(context: ActionContext) -> ApiResponse | None:
    """A lead assigns an unassigned ticket."""
    lead, agent = context.rng.choice(context.leads), context.rng.choice(context.agents)
    ticket = _unassigned(context, agent)
    body = {"assignee": agent.id}
    return context.send(lead, "tickets", f"tickets/{ticket['id']}/assign/", body) if ticket else None


def reply(context: ActionContext) -> ApiResponse | None:
    agent, ticket = _assigned(context, {"new", "open"})
    if ticket is None:
        return None
    body = {"body": _text(context, agent, ticket, context.scene_of(ticket).answers)}
    if context.rng.random() < PENDING_SHARE:
        body["status"] = "pending"
    return context.send(agent, "tickets", f"tickets/{ticket['id']}/reply/", body)


def note(context: ActionContext) -> ApiResponse | None:
    agent, ticket = _assigned(context, OPEN)
    if ticket is None:
        return None
    body = {"body": context.scene_of(ticket).note}
    return context.send(agent, "tickets", f"tickets/{ticket['id']}/note/", body)


def change_status(context: ActionContext) -> ApiResponse | None:
    agent, ticket = _assigned(context, OPEN - {"new"})
    if ticket is None:
        return None
    status = context.rng.choice(sorted({"open", "pending", "on_hold"} - {ticket["status"]}))
    return context.send(agent, "tickets", f"tickets/{ticket['id']}/status/", {"status": status})


def change_priority(context: ActionContext) -> ApiResponse | None:
    agent, ticket = _assigned(context, OPEN)
    if ticket is None:
        return None
    body = {"priority": context.rng.choice(("low", "normal", "normal", "high"))}
    return context.send(agent, "tickets", f"tickets/{ticket['id']}/priority/", body)


def release(context: ActionContext) -> ApiResponse | None:
    agent, ticket = _assigned(context, OPEN)
    return context.send(agent, "tickets", f"tickets/{ticket['id']}/release/", {}) if ticket else None


def resolve(context: ActionContext) -> ApiResponse | None:
    agent, ticket = _assigned(context, {"open", "pending"})
    if ticket is None:
        return None
    body = {"body": _text(context, agent, ticket, context.scene_of(ticket).closings), "status": "resolved"}
    return context.send(agent, "tickets", f"tickets/{ticket['id']}/reply/", body)


def _parties_of(order: dict) -> set[int]:
    return {order["client"]["id"], *([order["writer"]["id"]] if order["writer"] else [])}


def _text(context: ActionContext, agent: Actor, ticket: dict, texts: tuple[str, ...]) -> str:
    """One of the texts, for this ticket; without its order a text that names none."""
    order = context.cache.orders.get(ticket["order"])
    values = text_values(requester=ticket["requester"]["name"], agent=agent.name, order=order)
    return context.rng.choice(usable(texts, values) or [f"Thank you, {values['first']}. I'm looking into it."])


def _unassigned(context: ActionContext, agent: Actor) -> dict | None:
    """An unassigned ticket that this agent may claim."""
    cache = context.cache
    if not cache.has_capacity(agent.id):
        return None
    return cache.pick(
        "tickets",
        lambda row: row["status"] in OPEN and not row["assignee"] and cache.serves(agent.id, row["website"]),
        context.rng,
    )


def _assigned(context: ActionContext, statuses: frozenset[str] | set[str]) -> tuple[Actor, dict | None]:
    """An agent and a ticket assigned to them."""
    agents = {actor.id: actor for actor in context.agents}
    ticket = context.cache.pick(
        "tickets", lambda row: assignee_of(row) in agents and row["status"] in statuses, context.rng
    )
    return (agents[assignee_of(ticket)], ticket) if ticket else (context.agents[0], None)  # type: ignore[index]
