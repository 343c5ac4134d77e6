"""Clocks of the orders that support has to act on: on hold, or disputed."""

from datetime import timedelta
from random import Random

from support_management.management.demo.clock_rows import clock_with_history
from support_management.management.demo.demo_context import DemoContext
from support_management.management.demo.row_batch import RowBatch
from support_management.management.demo.tickets.ticket_times import QUIET_TIME
from support_management.orders.models import Order
from support_management.sla.clock.arithmetic import thresholds_of
from support_management.sla.defaults import RESOLUTION

TARGET = timedelta(minutes=RESOLUTION)
MAX_HOURS = 70


def add(batch: RowBatch, context: DemoContext) -> None:
    """One clock for each: since the dispute was opened or, for an order on hold, since some hours."""
    opened = {row.order.reference: row.created_at for row in batch.disputes if row.resolved_at is None}
    rng = Random(f"{context.seed}:order clocks")
    for order in batch.orders:
        if order.status == "on_hold":
            _add(batch, context, order, context.moment - _age(rng))
        elif order.status == "disputed":
            _add(batch, context, order, opened[order.reference])


def _add(batch: RowBatch, context: DemoContext, order: Order, since) -> None:
    clock, history = clock_with_history(
        start=since,
        target=TARGET,
        done=None,
        now=context.moment,
        policy=context.policies["order", order.priority],
        metric="resolution",
        by=None,
        order=order,
    )
    order.updated_at = max(order.updated_at, since)
    batch.clocks.append(clock)
    batch.history += history


def _age(rng: Random) -> timedelta:
    age = timedelta(hours=rng.uniform(1, MAX_HOURS))
    while any(age < step.mark <= age + QUIET_TIME for step in thresholds_of(TARGET)):
        age += QUIET_TIME
    return age
