"""What was decided, confirmed and paid, and does not add up."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from support_management.core.time import now
from support_management.models import Dispute, MoneyEffect, Order
from support_management.orders.money import queries
from tests.factories import make_dispute, make_money_effect, make_order

pytestmark = pytest.mark.django_db


class TestLists:
    def test_decided_and_not_confirmed_for_a_day(self):
        old, sent, new, confirmed = (make_money_effect(make_order()) for _ in range(4))
        QuerySet.update(MoneyEffect.objects.exclude(pk=new.pk), decided_at=now() - timedelta(hours=25))
        QuerySet.update(MoneyEffect.objects.filter(pk=sent.pk), state="sent")
        QuerySet.update(MoneyEffect.objects.filter(pk=confirmed.pk), state="confirmed")
        assert {row.pk for row in queries.not_confirmed()} == {old.pk, sent.pk}

    def test_confirmed_and_never_decided(self):
        make_money_effect(make_order())
        row = make_money_effect(make_order())
        QuerySet.update(MoneyEffect.objects.filter(pk=row.pk), undecided=True, state="confirmed")
        assert [effect.pk for effect in queries.never_decided()] == [row.pk]
        assert not queries.over_refunded()
        QuerySet.update(MoneyEffect.objects.filter(pk=row.pk), amount="120.01")
        assert [order.pk for order in queries.over_refunded()] == [row.order_id]

    def test_more_digits_than_the_currency_has(self):
        order, paid, at_risk, effect = (make_order() for _ in range(4))
        make_order(amount="1.250", currency="KWD")
        make_order(amount="1200", currency="JPY")
        make_dispute(order=at_risk)
        refund = make_money_effect(make_order())
        QuerySet.update(Order.objects.filter(pk=order.pk), amount="1.001")
        QuerySet.update(Order.objects.filter(pk=paid.pk), paid_amount="130.0001")
        QuerySet.update(Dispute.objects.all(), amount_at_risk="1.005")
        QuerySet.update(MoneyEffect.objects.all(), amount="1.005")
        odd = {row.pk for row in queries.with_odd_amounts()}
        assert odd == {order.pk, paid.pk, at_risk.pk, refund.order_id}
        assert effect.pk not in odd
