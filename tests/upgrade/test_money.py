"""A desk from before money effects: what was paid and refunded is told apart, and nothing is rounded."""

from decimal import Decimal

from django.db.models import QuerySet

from support_management.models import DisputeResolutionLog, MoneyEffect, Order, SupportActionLog
from support_management.orders.money import queries
from support_management.orders.money.refundable import refundable
from tests.invariants import assert_money_adds_up
from tests.upgrade.money import ORDERS


def test_orders_keep_their_amounts(upgraded):
    for name, (amount, _, _, refunds, paid, status, left) in ORDERS.items():
        order = Order.objects.get(pk=upgraded.amounts.keys[name])
        facts = (str(order.amount), str(order.paid_amount), order.payment_status, refundable(order))
        assert facts == (amount, paid, status, Decimal(left)), name
        effects = order.money_effects.order_by("pk")
        assert [str(effect.amount) for effect in effects] == list(refunds), name
    assert_money_adds_up()


def test_effects_tell_what_was_decided(upgraded):
    for effect in MoneyEffect.objects.all():
        log = DisputeResolutionLog.objects.get(dispute=effect.dispute_id)
        kept = (effect.state, effect.legacy, effect.decided_by_id, effect.decided_at, effect.confirmed_at)
        assert kept == ("confirmed", True, log.decided_by_id, log.at, log.at)
        assert effect.recipient_id == effect.order.client_id
    changed = SupportActionLog.objects.filter(door="migration", verb="payment status")
    assert changed.count() == 4
    assert QuerySet(MoneyEffect).count() == 6


def test_what_does_not_add_up_is_listed(upgraded):
    by_name = upgraded.amounts.keys
    assert {order.pk for order in queries.over_refunded()} == {by_name["too much"], by_name["failed"]}
    assert {order.pk for order in queries.with_odd_amounts()} == {by_name["digits"], by_name["unknown"]}
    assert not queries.not_confirmed()
    assert not queries.never_decided()
