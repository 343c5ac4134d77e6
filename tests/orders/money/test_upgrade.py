"""A desk from before money effects: what was paid and refunded is told apart, and nothing is rounded."""

from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet

from support_management import migrations
from support_management.disputes import lifecycle
from support_management.models import DisputeResolutionLog, MoneyEffect, Order, SupportActionLog
from support_management.orders.money import queries
from support_management.orders.money.refundable import refundable
from tests.factories import make_dispute, make_order
from tests.invariants import assert_money_adds_up

pytestmark = pytest.mark.django_db(transaction=True)
APP = "support_management"
[NAME] = [file.stem for file in Path(migrations.__path__[0]).glob("*_money.py")]
ORDERS = {
    # amount, currency, payment status, refunds: paid, status afterwards, left
    "paid": ("100.00", "EUR", "paid", (), "100.00", "paid", "100.00"),
    "part": ("100.00", "EUR", "paid", ("20.10", "0.20"), "100.00", "partially_refunded", "79.70"),
    "all": ("100.00", "EUR", "paid", ("100.00",), "100.00", "refunded", "0.00"),
    "too much": ("100.00", "EUR", "partially_refunded", ("80.00", "70.00"), "100.00", "refunded", "0.00"),
    "elsewhere": ("100.00", "EUR", "refunded", (), "100.00", "refunded", "0.00"),
    "unpaid": ("100.00", "EUR", "unpaid", (), "0.00", "unpaid", "0.00"),
    "failed": ("100.00", "EUR", "failed", ("5.00",), "0.00", "refunded", "0.00"),
    "digits": ("100.50", "JPY", "paid", (), "100.50", "paid", "100.50"),
    "unknown": ("7.00", "HRK", "pending", (), "0.00", "pending", "0.00"),
}


def migrate(*targets: tuple[str, str]):
    executor = MigrationExecutor(connection)
    return executor.migrate(list(targets) or executor.loader.graph.leaf_nodes()).apps


@pytest.fixture
def rows(lea) -> list[int]:
    """Orders with their disputes, made before the models go back in time."""
    made = [make_order(reference=name, paid_amount=0, amount="100.00") for name in ORDERS]
    for order, (_, _, _, refunds, *_) in zip(made, ORDERS.values(), strict=True):
        for _ in refunds:
            lifecycle.resolve(dispute=make_dispute(order=order).pk, outcome="resolved_client", notes="x", by=lea)
    return [order.pk for order in made]


@pytest.fixture
def before(rows):
    """The models before the change; afterwards the newest again, whatever happened."""
    yield migrate(*import_module(f"{APP}.migrations.{NAME}").Migration.dependencies)
    migrate()


def test_an_old_desk_keeps_its_amounts(lea, rows, before):
    orders, logs = (before.get_model(APP, name).objects for name in ("Order", "DisputeResolutionLog"))
    for pk, (amount, currency, status, refunds, *_) in zip(rows, ORDERS.values(), strict=True):
        orders.filter(pk=pk).update(amount=amount, currency=currency, payment_status=status)
        for log, refund in zip(logs.filter(dispute__order=pk).order_by("pk"), refunds, strict=True):
            logs.filter(pk=log.pk).update(refund_amount=refund)
    migrate()
    for pk, (amount, _, _, refunds, paid, status, left) in zip(rows, ORDERS.values(), strict=True):
        order = Order.objects.get(pk=pk)
        facts = (str(order.amount), str(order.paid_amount), order.payment_status, refundable(order))
        assert facts == (amount, paid, status, Decimal(left)), order
        effects = order.money_effects.order_by("pk")
        assert [str(effect.amount) for effect in effects] == list(refunds), order
    _effects_tell_what_was_decided()
    _what_does_not_add_up_is_listed(rows)
    assert_money_adds_up()


def _effects_tell_what_was_decided():
    for effect in MoneyEffect.objects.all():
        log = DisputeResolutionLog.objects.get(dispute=effect.dispute_id)
        kept = (effect.state, effect.legacy, effect.decided_by_id, effect.decided_at, effect.confirmed_at)
        assert kept == ("confirmed", True, log.decided_by_id, log.at, log.at)
        assert effect.recipient_id == effect.order.client_id
    changed = SupportActionLog.objects.filter(door="migration", verb="payment status")
    assert changed.count() == 4
    assert QuerySet(MoneyEffect).count() == 6


def _what_does_not_add_up_is_listed(rows):
    names = list(ORDERS)
    by_name = dict(zip(names, rows, strict=True))
    assert {order.pk for order in queries.over_refunded()} == {by_name["too much"], by_name["failed"]}
    assert {order.pk for order in queries.with_odd_amounts()} == {by_name["digits"], by_name["unknown"]}
    assert not queries.not_confirmed()
    assert not queries.never_decided()
