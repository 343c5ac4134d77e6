"""How much of an order goes back to its client, whoever decides and through whichever door."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from support_management.audit.models import SupportActionLog
from support_management.core.errors import Invalid
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute, DisputeResolutionLog
from support_management.orders.models import Order
from tests.concurrency import at_once, errors
from tests.factories import make_dispute, make_order
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def decide(dispute: Dispute, by, outcome: str = "resolved_client", **facts) -> Dispute:
    return lifecycle.resolve(dispute=dispute.pk, outcome=outcome, notes="Decided", by=by, **facts)


class TestRefund:
    def test_the_refunds_of_an_order_together_are_at_most_its_amount(self, lea):
        order = make_order(amount="100.00")
        for refund in ("33.33", "33.33"):
            decide(make_dispute(order=order), lea, refund=refund)
        last = make_dispute(order=order)
        for refund in ("33.35", "100.00"):
            with refused("too_much", Invalid, field="refund", match=r"up to €33\.34\."):
                decide(last, lea, refund=refund)
        decide(last, lea, refund="33.34")
        assert Order.objects.get(pk=order.pk).status == "refunded"
        assert_desk_is_right()

    @pytest.mark.parametrize("outcome", ["withdrawn", "resolved_writer"])
    def test_only_a_client_who_gets_their_way_gets_money(self, lea, outcome):
        dispute = make_dispute()
        with refused("refund_not_due", Invalid, field="refund"):
            decide(dispute, lea, outcome, refund="0.01")
        decide(dispute, lea, outcome, refund="0.00")
        assert DisputeResolutionLog.objects.get().refund_amount == 0


class TestAtRisk:
    @pytest.mark.parametrize("amount", ["41.99", "99999", 41.99])
    def test_no_more_than_the_order_cost(self, cleo, amount):
        order = make_order(amount="41.98")
        with refused("too_much", Invalid, field="amount", match=r"up to €41\.98"):
            lifecycle.open_dispute(order=order.pk, by=cleo, reason="late", amount=amount)
        assert lifecycle.open_dispute(order=order.pk, by=cleo, reason="late", amount="41.98").order_id == order.pk

    def test_unless_said_all_that_was_not_refunded(self, lea, cleo):
        order = make_order(amount="100.00")
        decide(make_dispute(order=order), lea, refund="30.00")
        assert make_dispute(order=order).amount_at_risk == Decimal("70.00")


class TestShell:
    def test_an_amount_above_the_orders_is_written_by_nobody(self):
        row = make_dispute()
        row.amount_at_risk = 121
        for write in (row.save, partial(Dispute.objects.update, amount_at_risk=121)):
            with refused("too_much", Invalid, field="amount_at_risk"):
                write()
        assert Dispute.objects.get().amount_at_risk == 120

    def test_what_was_paid_covers_what_was_refunded_and_no_more_is_at_risk(self, lea):
        row = make_dispute(amount="80.00")
        change = Order.objects.filter(pk=row.order_id).update
        change(amount=70)
        assert Dispute.objects.get(pk=row.pk).amount_at_risk == 70
        line = SupportActionLog.objects.get(object_kind="dispute", verb="edit")
        assert (line.before, line.after) == ({"amount_at_risk": "80.00"}, {"amount_at_risk": "70.00"})
        decide(row, lea, refund="60.00")
        with pytest.raises(IntegrityError, match="order_not_over_refunded"), transaction.atomic():
            change(paid_amount=59)
        assert change(paid_amount=60) == 1

    def test_an_order_refunded_too_often_in_the_past_can_still_be_edited(self, lea):
        row = decide(make_dispute(), lea, refund="120.00")
        QuerySet.update(Order.objects.filter(pk=row.order_id), amount=20)
        Order.objects.filter(pk=row.order_id).update(title="A guide to lakes")
        assert Order.objects.get(pk=row.order_id).title == "A guide to lakes"


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_refund_once(lea):
    order = make_order()
    row = make_dispute(order=order)
    results = at_once(*[partial(decide, row, lea, refund="120.00")] * 3)
    assert {error.code for error in errors(results)} == {"decided"}
    assert sum(DisputeResolutionLog.objects.values_list("refund_amount", flat=True)) == 120
