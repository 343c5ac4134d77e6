"""How often each action is taken."""

from support_management.management.simulator import order_actions, payment_actions, ticket_actions
from support_management.management.simulator.action_context import Action, ActionContext

ACTIONS: dict[str, tuple[Action, float]] = {
    "create": (ticket_actions.create, 9),
    "write back": (ticket_actions.write_back, 20),
    "claim": (ticket_actions.claim, 9),
    "assign": (ticket_actions.assign, 3),
    "reply": (ticket_actions.reply, 22),
    "note": (ticket_actions.note, 9),
    "status": (ticket_actions.change_status, 6),
    "priority": (ticket_actions.change_priority, 4),
    "release": (ticket_actions.release, 1.5),
    "resolve": (ticket_actions.resolve, 9),
    "open dispute": (order_actions.open_dispute, 0.7),
    "dispute": (order_actions.move_dispute, 2.5),
    "order": (order_actions.move_order, 1.5),
    "order action": (order_actions.act_on_order, 1.5),
    "log payment issue": (payment_actions.log_issue, 0.7),
    "payment issue": (payment_actions.follow_up, 1.5),
    "shop": (order_actions.carry_out_refund, 1.5),
}
"""Names with their share of a busy day."""


def choose(context: ActionContext) -> str:
    """An action by its share. A long backlog means fewer new tickets and more resolved ones, so it keeps its length."""
    growth = (context.cache.open / context.cache.start) ** 4 if context.cache.start else 1.0
    shares = {name: share for name, (_, share) in ACTIONS.items()}
    shares["create"] /= max(growth, 0.05)
    shares["resolve"] *= min(growth, 20)
    return context.rng.choices(list(shares), list(shares.values()))[0]
