"""Clocks of the orders that support has to act on: on hold, or disputed."""

from datetime import datetime, timedelta
from random import Random

from support_management.management.demo.clock_rows import clock_with_history
from support_management.management.demo.demo_context import DemoContext
from support_management.management.demo.orders import order_actions
from support_management.management.demo.row_batch import RowBatch
from support_management.management.demo.tickets.ticket_times import QUIET_TIME
from support_management.orders.models import Order
from support_management.sla.clock.arithmetic import thresholds_of
from support_management.sla.defaults import RESOLUTION

TARGET = timedelta(minutes=RESOLUTION)
MAX_HOURS = 70


def add(batch: RowBatch, context: DemoContext) -> None:
    """One clock for each: from the opening of a dispute to its decision or, for an order on hold, since some hours."""
    rng = Random(f"{context.seed}:order clocks")
    for dispute in batch.disputes:
        _add(batch, context, dispute.order, dispute.created_at, done=dispute.resolved_at)
    for order in batch.orders:
        if order.status == "on_hold":
            since = context.moment - _age(rng)
            batch.order_actions.append(order_actions.held(context, order, since, rng))
            _add(batch, context, order, since)


def _add(batch: RowBatch, context: DemoContext, order: Order, since: datetime, *, done: datetime | None = None) -> None:
    clock, history = clock_with_history(
        start=since,
        target=TARGET,
        done=done,
        now=context.moment,
        policy=context.policies["order", order.priority],
        metric="resolution",
        by=None,
        order=order,
    )
    order.updated_at = max(order.updated_at, done or since)
    batch.clocks.append(clock)
    batch.history += history


def _age(rng: Random) -> timedelta:
    age = timedelta(hours=rng.uniform(1, MAX_HOURS))
    while any(age < step.mark <= age + QUIET_TIME for step in thresholds_of(TARGET)):
        age += QUIET_TIME
    return age
