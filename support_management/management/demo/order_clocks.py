"""Promises of orders that need the desk: on hold, or disputed."""

from datetime import timedelta
from random import Random

from support_management.management.demo.batch import Batch
from support_management.management.demo.clock_rows import clock_with_history
from support_management.management.demo.desk import Desk
from support_management.management.demo.times_plan import CALM
from support_management.orders.models import Order
from support_management.sla.clock.arithmetic import steps
from support_management.sla.defaults import CASES

TARGET = timedelta(minutes=CASES)
MOST_HOURS = 70


def add(batch: Batch, desk: Desk) -> None:
    """One clock for each of them, started where the dispute was opened or, on hold, some hours ago."""
    opened = {row.order.reference: row.created_at for row in batch.disputes if row.resolved_at is None}
    chance = Random(f"{desk.seed}:order clocks")
    for order in batch.orders:
        if order.status == "on_hold":
            _add(batch, desk, order, desk.moment - _age(chance))
        elif order.status == "disputed":
            _add(batch, desk, order, opened[order.reference])


def _add(batch: Batch, desk: Desk, order: Order, since) -> None:
    clock, history = clock_with_history(
        start=since,
        target=TARGET,
        done=None,
        now=desk.moment,
        policy=desk.promises["order", order.priority],
        metric="resolution",
        by=None,
        order=order,
    )
    order.updated_at = max(order.updated_at, since)
    batch.clocks.append(clock)
    batch.history += history


def _age(chance: Random) -> timedelta:
    age = timedelta(hours=chance.uniform(1, MOST_HOURS))
    while any(age < step.mark <= age + CALM for step in steps(TARGET)):
        age += CALM
    return age
