"""Disputes of the demo, with their clocks, external deadlines and decisions."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from support_management.disputes import load_units, order_status
from support_management.disputes.models import Dispute, DisputeResolutionLog
from support_management.disputes.status import IS_OPEN, Reason
from support_management.management.demo.clock_rows import clock_with_history, shown
from support_management.management.demo.demo_context import DemoContext
from support_management.management.demo.orders import order_rows
from support_management.management.demo.row_batch import RowBatch
from support_management.orders.models import Order
from support_management.routing.models import ReassignmentLog
from support_management.sla.defaults import RESOLUTION

TARGET = timedelta(minutes=RESOLUTION)
OPEN = (
    # status, owner (who serves the website of the order: its place modulo 3), share of the target used, hours until the
    # external deadline
    ("open", None, 0.05, 60),
    ("open", None, 0.30, None),
    ("open", None, 0.82, 9),
    ("open", "tomas", 0.15, 140),
    ("open", None, 1.20, None),
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
    # outcome, owner, share of the target it took, hours since
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
    "resolved_client": "The editor's report confirms most of the client's points. Refund agreed with both parties.",
    "resolved_writer": "Delivered on time and to the brief. The complaints relate to changes requested after delivery.",
    "withdrawn": "The client withdrew the complaint after the revision.",
}


def add(batch: RowBatch, context: DemoContext, orders: list[Order]) -> None:
    """One dispute for each order; there are as many orders as rows in OPEN and DONE."""
    rng = Random(f"{context.seed}:disputes")
    for order, (status, owner, share, hours) in zip(orders, (*OPEN, *DONE), strict=True):
        is_open = status in IS_OPEN
        since = timedelta(hours=0 if is_open or hours is None else hours)
        row = _dispute(context, order, status, owner, TARGET * share + since, rng)
        if is_open and hours is not None:
            row.external_deadline = context.moment + timedelta(hours=hours)
        if not is_open:
            row.resolved_at = row.updated_at = context.moment - since
            batch.decisions.append(_decision(row, context.moment - since))
        order.status = "disputed" if is_open else _order_after(row)
        _clock(batch, context, row)
        batch.disputes.append(row)


def _dispute(
    context: DemoContext, order: Order, status: str, owner: str | None, age: timedelta, rng: Random
) -> Dispute:
    created = context.moment - age
    order_rows.placed_before(order, created)
    return Dispute(
        order=order,
        raised_by=order.client if rng.random() < 0.8 else order.writer,
        reason=rng.choice(Reason.values),
        amount_at_risk=order.amount,
        status=status,
        priority=order.priority,
        assignee=context.people[owner] if owner else None,
        order_status_before=order.status,
        units=load_units.of(order.priority) if owner and status in IS_OPEN else 0,
        created_at=created,
        updated_at=created + age * 0.5,
        version=3 if owner else 1,
    )


def _order_after(row: Dispute) -> str:
    """As a decision moves it: every decision for the client refunds the whole amount."""
    return order_status.following(row, row.status, full_refund=row.status == "resolved_client")


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


def _clock(batch: RowBatch, context: DemoContext, row: Dispute) -> None:
    clock, history = clock_with_history(
        start=row.created_at,
        target=TARGET,
        done=row.resolved_at,
        now=context.moment,
        policy=context.policies["dispute", row.priority],
        metric="resolution",
        by=row.assignee,
        dispute=row,
    )
    batch.clocks.append(clock)
    batch.history += history
    shown_as = shown([clock])
    row.next_due_at, row.due_state = shown_as["next_due_at"], shown_as["due_state"]
    if row.assignee:
        assignment = ReassignmentLog(
            dispute=row, to_agent=row.assignee, by=row.assignee, reason="assigned", cause="claimed"
        )
        batch.assignments.append((assignment, row.created_at + timedelta(minutes=20)))
