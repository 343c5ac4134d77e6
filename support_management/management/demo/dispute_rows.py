"""Disputes of the demo: our clock, deadlines from outside, decisions with their reasons."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from support_management.disputes import load_units
from support_management.disputes.models import Dispute, DisputeResolutionLog
from support_management.disputes.status import Reason
from support_management.management.demo import orders_plan
from support_management.management.demo.batch import Batch
from support_management.management.demo.clock_rows import clock_with_history, shown
from support_management.management.demo.desk import Desk
from support_management.orders.models import Order
from support_management.routing.models import ReassignmentLog
from support_management.sla.defaults import CASES

TARGET = timedelta(minutes=CASES)
OPEN = (
    # status, owner, share of the promise used up, hours until the deadline from outside
    ("open", None, 0.05, 60),
    ("open", None, 0.30, None),
    ("open", None, 0.82, 9),
    ("open", None, 1.20, None),
    ("open", "tomas", 0.15, 140),
    ("under_review", "agent1", 0.40, 31),
    ("under_review", "lead", 0.93, 5),
    ("under_review", "priya", 0.20, None),
    ("under_review", "mei", 0.55, 77),
    ("awaiting_response", "agent2", 0.60, 44),
    ("awaiting_response", "diego", 0.79, None),
    ("awaiting_response", "diego", 0.35, 200),
    ("awaiting_response", None, 1.05, -3),
)
DONE = (
    # outcome, owner, share of the promise it took, hours since
    ("resolved_client", "agent1", 0.50, 3),
    ("resolved_writer", "agent2", 0.70, 8),
    ("withdrawn", "priya", 0.20, 20),
    ("resolved_client", "lead", 1.10, 31),
    ("resolved_writer", "mei", 0.65, 52),
    ("resolved_client", "diego", 0.90, 90),
    ("withdrawn", "oskar", 0.30, 120),
    ("resolved_writer", "agent1", 0.80, 400),
    ("resolved_client", "tomas", 0.45, 560),
    ("resolved_writer", "agent2", 0.60, 700),
)
NOTES = {
    "resolved_client": "The editor's report confirms the client's points. Money back as agreed with both.",
    "resolved_writer": "Delivered on time and to the brief; the points came up after the brief was changed.",
    "withdrawn": "The client took it back after the revision.",
}
ORDER_AFTER = {"resolved_client": "refunded", "resolved_writer": "completed", "withdrawn": "completed"}


def add(batch: Batch, desk: Desk, orders: list[Order]) -> None:
    """One dispute per order given; as many as OPEN and DONE have rows."""
    chance = Random(f"{desk.seed}:disputes")
    for order, (status, owner, share, hours) in zip(orders, (*OPEN, *DONE), strict=True):
        is_open = status not in ORDER_AFTER
        since = timedelta(hours=0 if is_open or hours is None else hours)
        row = _dispute(desk, order, status, owner, TARGET * share + since, chance)
        if is_open and hours is not None:
            row.external_deadline = desk.moment + timedelta(hours=hours)
        if not is_open:
            row.resolved_at = row.updated_at = desk.moment - since
            batch.decisions.append(_decision(row, desk.moment - since))
        order.status = ORDER_AFTER.get(status, "disputed")
        _clock(batch, desk, row)
        batch.disputes.append(row)


def _dispute(desk: Desk, order: Order, status: str, owner: str | None, age: timedelta, chance: Random) -> Dispute:
    created = desk.moment - age
    orders_plan.placed_before(order, created)
    return Dispute(
        order=order,
        raised_by=order.client if chance.random() < 0.8 else order.writer,
        reason=chance.choice(Reason.values),
        amount_at_risk=order.amount,
        status=status,
        priority=order.priority,
        assignee=desk.people[owner] if owner else None,
        units=load_units.of(order.priority) if owner and status not in ORDER_AFTER else 0,
        created_at=created,
        updated_at=created + age * 0.5,
        version=3 if owner else 1,
    )


def _decision(row: Dispute, at: datetime) -> DisputeResolutionLog:
    refund = row.amount_at_risk if row.status == "resolved_client" else Decimal(0)
    return DisputeResolutionLog(
        dispute=row,
        decision=row.status,
        decided_by=row.assignee,
        notes=NOTES[row.status],
        refund_amount=refund,
        at=at,
    )


def _clock(batch: Batch, desk: Desk, row: Dispute) -> None:
    clock, history = clock_with_history(
        start=row.created_at,
        target=TARGET,
        done=row.resolved_at,
        now=desk.moment,
        policy=desk.promises["dispute", row.priority],
        metric="resolution",
        by=row.assignee,
        dispute=row,
    )
    batch.clocks.append(clock)
    batch.history += history
    facts = shown([clock])
    row.next_due_at, row.due_state = facts["next_due_at"], facts["due_state"]
    if row.assignee:
        hands = ReassignmentLog(dispute=row, to_agent=row.assignee, by=row.assignee, reason="assigned", cause="claimed")
        batch.hands.append((hands, row.created_at + timedelta(minutes=20)))
