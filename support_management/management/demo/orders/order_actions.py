"""Actions on the demo's orders: each order on hold was put there by somebody, for a reason."""

import json
from datetime import datetime, timedelta
from random import Random

from support_management.audit.models import SupportActionLog
from support_management.core.bulk import insert_all
from support_management.management.demo.demo_context import DemoContext
from support_management.order_management.models import SupportOrderManagement
from support_management.orders.models import Order

REASONS = (
    ("Waiting for the client's brief.", "Asked twice by ticket; call them on Thursday."),
    ("The payment is being checked by the bank.", ""),
    ("The writer is ill; a replacement is being looked for.", "Two writers have been asked."),
    ("The client wants to talk to the writer first.", ""),
)
AGENTS = ("agent1", "agent2", "priya", "lead")


def held(context: DemoContext, order: Order, since: datetime, rng: Random) -> SupportOrderManagement:
    """The action that put the order on hold; every third is released by itself."""
    reason, note = rng.choice(REASONS)
    order.held_from = "in_progress"
    if rng.random() < 1 / 3:
        order.held_until = context.moment + timedelta(hours=rng.randint(2, 70))
    until = order.held_until.isoformat() if order.held_until else None
    return SupportOrderManagement(
        order=order,
        action=SupportOrderManagement.Action.HOLD,
        performed_by=context.people[rng.choice(AGENTS)],
        reason=reason,
        note=note,
        before={"status": "in_progress", "held_from": "", "held_until": None},
        after={"status": "on_hold", "held_from": "in_progress", "held_until": until},
        order_version=order.version,
        created_at=since,
    )


def write(actions: list[SupportOrderManagement]) -> None:
    """Store the actions and their audit lines, at their own time."""
    SupportOrderManagement.objects.bulk_create(actions)
    names = ("actor", "verb", "object_kind", "object_id", "version", "before", "after", "door", "request_id", "at")
    insert_all(SupportActionLog, names, [_line(row) for row in actions])


def _line(row: SupportOrderManagement) -> tuple:
    before, after = {"status": row.before["status"]}, {"status": row.after["status"], "action": row.pk}
    written = (json.dumps(before), json.dumps(after), "console", "", row.created_at)
    return (row.performed_by_id, "status", "order", row.order_id, row.order_version, *written)
