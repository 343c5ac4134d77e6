"""What clients and leads do with orders and disputes, and shops with the money."""

from datetime import timedelta

from support_management.core.time import now
from support_management.disputes.status import Reason
from support_management.management.simulator.action_context import ActionContext
from support_management.management.simulator.api_client import ApiResponse
from support_management.orders.status import DISPUTABLE, HOLDABLE, OPEN, way
from support_management.orders.status import MOVES as ORDER_MOVES

OTHER_WAYS = frozenset({"refunded", "cancelled"})
TELL_SHARE = 0.3
"""Statuses that an order reaches by other actions."""
MOST_DISPUTES, ENOUGH_DISPUTES = 30, 12
"""No dispute is opened beyond the first number, none resolved below the second."""
RESOLVE_SHARE, FAILURE_SHARE = 0.4, 0.05
NOTES = {
    "resolved_client": "The delivery differs from the brief in several points. Refund agreed with both parties.",
    "resolved_writer": "The delivery meets the brief as it was agreed. The changes were requested afterwards.",
    "withdrawn": "The client has accepted the revision and withdrawn the complaint.",
}


def open_dispute(context: ActionContext) -> ApiResponse | None:
    """A client disputes an order of theirs."""
    clients = {actor.id: actor for actor in context.clients}
    if len(context.cache.disputes) > MOST_DISPUTES:
        return None
    order = context.cache.pick(
        "orders", lambda row: row["client"]["id"] in clients and row["status"] in DISPUTABLE, context.rng
    )
    if order is None:
        return None
    context.cache.forget("orders", order["id"])
    body = {"order": order["id"], "reason": context.rng.choice(Reason.values)}
    return context.send(clients[order["client"]["id"]], "disputes", "disputes/", body)


def move_dispute(context: ActionContext) -> ApiResponse | None:
    """A lead assigns a dispute, changes its status or resolves it."""
    lead = context.rng.choice(context.leads)
    dispute = context.cache.pick(
        "disputes", lambda row: row["status"] in ("open", "under_review", "awaiting_response"), context.rng
    )
    if dispute is None:
        return None
    path = f"disputes/{dispute['id']}"
    if dispute["assignee"] is None:
        agents = [agent.id for agent in context.agents if context.cache.serves_all(agent.id)]
        return context.send(lead, "disputes", f"{path}/assign/", {"assignee": context.rng.choice(agents)})
    if len(context.cache.disputes) > ENOUGH_DISPUTES and context.rng.random() < RESOLVE_SHARE:
        outcome = context.rng.choice(sorted(NOTES))
        body = {"outcome": outcome, "notes": NOTES[outcome]}
        if outcome == "resolved_client":
            body["refund"] = dispute["amount_at_risk"]
        response = context.send(lead, "disputes", f"{path}/resolve/", body)
        context.cache.forget("disputes", dispute["id"])
        return response
    status = "awaiting_response" if dispute["status"] == "under_review" else "under_review"
    return context.send(lead, "disputes", f"{path}/advance/", {"status": status})


REASONS = (
    "Agreed with the client on the phone.",
    "Waiting for documents of the client.",
    "The client has confirmed the payment.",
    "The writer has asked for more time.",
)


def act_on_order(context: ActionContext) -> ApiResponse | None:
    """A lead puts an order on hold, releases it, moves its deadline, or restricts its files."""
    lead = context.rng.choice(context.leads)
    order = context.cache.pick("orders", lambda row: bool(_actions_on(row)), context.rng)
    if order is None:
        return None
    action = context.rng.choice(_actions_on(order))
    body = {"reason": context.rng.choice(REASONS)}
    if action == "move_deadline":
        body["deadline"] = (now() + timedelta(days=context.rng.randint(1, 14))).isoformat()
    if context.rng.random() < TELL_SHARE:
        body["message"] = "We have changed your order as agreed. Write to us if anything is unclear."
    context.cache.forget("orders", order["id"])
    return context.api.post(f"orders/{order['id']}/{action}/", lead.token, body)


def _actions_on(order: dict) -> list[str]:
    """Actions that are possible in the order's status."""
    names = ["restrict_files" if order["files_enabled"] else "enable_files"]
    names += ["hold"] if order["status"] in HOLDABLE else []
    names += ["release"] if order["status"] == "on_hold" else []
    names += ["restore_to_progress"] if order["status"] in ("paused", "cancelled") else []
    return names + (["move_deadline"] if order["status"] in OPEN else [])


def move_order(context: ActionContext) -> ApiResponse | None:
    """A lead changes the status of an order where that needs no reason."""
    lead = context.rng.choice(context.leads)
    order = context.cache.pick("orders", lambda row: bool(_by_hand(row)), context.rng)
    if order is None:
        return None
    status = context.rng.choice(sorted(_by_hand(order)))
    return context.send(lead, "orders", f"orders/{order['id']}/status/", {"status": status})


def carry_out_refund(context: ActionContext) -> ApiResponse | None:
    """A shop takes over a decided refund, confirms one, or says why it failed."""
    if not context.shops:
        return None
    shop = context.rng.choice(context.shops)
    waiting = context.api.get("money-effects/?state=decided,sent&limit=20", shop.token)
    if not waiting.good or not waiting.data["results"]:
        return None
    effect = context.rng.choice(waiting.data["results"])
    path = f"money-effects/{effect['id']}"
    if effect["state"] == "decided":
        return context.api.post(f"{path}/sent/", shop.token, {})
    if context.rng.random() < FAILURE_SHARE:
        return context.api.post(f"{path}/fail/", shop.token, {"reason": "The card was closed."})
    return context.api.post(f"{path}/confirm/", shop.token, {"external_id": f"re_{context.rng.randrange(10**12)}"})


def _by_hand(order: dict) -> frozenset[str]:
    """Statuses that need no action; a dispute moves its order itself."""
    before = order["status"]
    after = frozenset() if before == "disputed" else ORDER_MOVES[before] - OTHER_WAYS
    return frozenset(status for status in after if not way(before, status))
