"""Nobody moves more than was paid: one function, one lock, and a constraint that holds against raw writes."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import QuerySet

from support_management.core.errors import Conflict, Invalid, NotAllowed
from support_management.core.locking import lock
from support_management.disputes import lifecycle
from support_management.events.capability import capability
from support_management.events.models import DomainEvent
from support_management.models import MoneyEffect, Order, SupportActionLog
from support_management.orders.money import effects
from support_management.orders.money.models import Kind
from support_management.orders.money.refundable import refundable
from tests.concurrency import at_once, errors
from tests.factories import make_dispute, make_order
from tests.factories import make_money_effect as give
from tests.invariants import assert_desk_is_right, assert_money_adds_up
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@capability
def change(effect: MoneyEffect, how, **facts) -> MoneyEffect:
    order = lock(Order, effect.order_id)
    row = MoneyEffect.objects.get(pk=effect.pk)
    how(order, row, by=None, **facts)
    return row


def left(order: Order) -> Decimal:
    return refundable(Order.objects.get(pk=order.pk))


class TestLeft:
    def test_it_is_what_was_paid_less_what_is_asked_for_and_decided(self, lea):
        order = make_order(amount="100.00")
        asked = give(order, "30.00", by=lea, asked=True)
        decided = give(order, "50.00", by=lea)
        assert left(order) == 20
        with refused("too_much", Conflict, field="amount", match=r"Only €20\.00 of what was paid") as refusal:
            give(order, "20.01")
        assert refusal.value.extra == {"left": "20.00"}
        change(asked, effects.cancel, reason="Rejected")
        change(decided, effects.cancel, reason="Withdrawn")
        assert left(order) == 100
        assert_money_adds_up()

    def test_what_was_asked_for_is_approved_by_somebody(self, lea):
        order = make_order()
        row = change(give(order, "30.00", asked=True), effects.approve)
        assert (row.state, left(order)) == ("decided", 90)
        with refused("illegal_move", Conflict, match="from Decided to Decided"):
            change(row, effects.approve)

    def test_of_an_order_that_the_shop_refunded_nothing_is_left(self):
        order = make_order(shop_payment_status="refunded")
        assert (left(order), Order.objects.get(pk=order.pk).payment_status) == (0, "refunded")
        with refused("too_much", Conflict, match="Only €0.00"):
            give(order, "0.01")

    def test_goodwill_above_what_was_paid_is_not_taken_from_it(self):
        order = make_order(amount="10.00")
        give(order, "500.00", kind=Kind.EXTRA_GOODWILL)
        assert left(order) == 10

    @pytest.mark.parametrize("amount", ["0", "-1", "1.001", "x", None])
    def test_an_amount_is_above_0_and_has_the_digits_of_the_currency(self, amount):
        with refused("bad_amount", Invalid, field="amount"):
            give(make_order(), amount)

    def test_three_digits_fit(self):
        order = make_order(amount="1.250", currency="KWD")
        give(order, "0.125")
        assert left(order) == Decimal("1.125")


class TestDisputes:
    def test_a_decision_with_a_refund_decides_an_effect(self, lea):
        dispute = make_dispute()
        lifecycle.resolve(dispute=dispute.pk, outcome="resolved_client", notes="Late", by=lea, refund="20.00")
        row = MoneyEffect.objects.get()
        facts = (row.kind, row.amount, row.currency, row.recipient, row.cause, row.dispute, row.state)
        assert facts == ("partial_refund", 20, "EUR", dispute.order.client, "dispute", dispute, "decided")
        assert (row.asked_by, row.decided_by) == (lea, lea)
        assert SupportActionLog.objects.get(object_kind="moneyeffect").after["amount"] == "20.00"
        assert DomainEvent.objects.filter(kind="MoneyEffectChanged", payload__effect_id=row.pk).count() == 1
        assert Order.objects.get(pk=dispute.order_id).payment_status == "paid"
        assert_desk_is_right()

    def test_without_one_it_decides_none(self, lea):
        lifecycle.resolve(dispute=make_dispute().pk, outcome="resolved_client", notes="Late", by=lea)
        assert not MoneyEffect.objects.exists()

    def test_all_that_was_paid_is_a_full_refund(self, lea):
        dispute = make_dispute(order=make_order(amount="120.00", paid_amount="80.00"))
        lifecycle.resolve(dispute=dispute.pk, outcome="resolved_client", notes="Late", by=lea, refund="80.00")
        assert (MoneyEffect.objects.get().kind, Order.objects.get().status) == ("refund", "refunded")

    def test_of_an_unpaid_order_nothing_goes_back(self, lea):
        dispute = make_dispute(order=make_order(paid_amount=0))
        with refused("too_much", Invalid, field="refund", match="up to €0.00"):
            lifecycle.resolve(dispute=dispute.pk, outcome="resolved_client", notes="Late", by=lea, refund="0.01")


class TestRawWrites:
    """Past every signal: the triggers keep the sums, the constraint compares them."""

    def test_an_effect_that_is_changed_moves_the_sum(self):
        row = give(make_order(amount="100.00"), "60.00")
        QuerySet.update(MoneyEffect.objects.all(), amount=Decimal("99.99"))
        assert left(row.order) == Decimal("0.01")
        QuerySet.update(MoneyEffect.objects.all(), state="failed")
        assert left(row.order) == 100
        with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("DELETE FROM support_management_moneyeffect")
        assert MoneyEffect.objects.get().state == "failed"

    def test_no_more_than_was_paid(self):
        row = give(make_order(amount="0.30", currency="EUR"), "0.10")
        give(row.order, "0.20")
        effect = MoneyEffect.objects.filter(pk=row.pk)
        more = MoneyEffect(**{name: getattr(row, name) for name in ("kind", "order", "recipient", "cause", "currency")})
        more.amount = Decimal("0.01")
        for write in (
            partial(QuerySet.update, effect, amount=Decimal("0.11")),
            partial(QuerySet.update, Order.objects.all(), paid_amount=Decimal("0.29")),
            partial(QuerySet.bulk_create, MoneyEffect.objects.all(), [more]),
            partial(MoneyEffect.objects.bulk_create, [more]),
        ):
            with pytest.raises(IntegrityError, match="order_not_over_refunded"), transaction.atomic():
                write()
        assert left(row.order) == 0

    def test_a_legacy_row_may_be_more_and_then_nothing_is_left(self):
        order = make_order(amount="100.00")
        row = give(order, "90.00")
        QuerySet.update(MoneyEffect.objects.all(), state="confirmed", legacy=True, amount=150)
        assert left(order) == 0
        more = MoneyEffect(kind="goodwill", order=order, recipient=row.recipient, cause="order_action", amount=1)
        with pytest.raises(IntegrityError, match="order_not_over_refunded"), transaction.atomic():
            QuerySet.bulk_create(MoneyEffect.objects.all(), [more])

    def test_what_a_shell_writes_is_followed(self):
        row = give(make_order(amount="100.00"), "60.00")
        MoneyEffect.objects.filter(pk=row.pk).update(state="confirmed")
        assert Order.objects.get().payment_status == "partially_refunded"
        Order.objects.update(payment_status="unpaid")
        assert Order.objects.get().payment_status == "partially_refunded"
        assert_desk_is_right()

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"amount": "1.001"}, "bad_amount"),
            ({"currency": "XYZ"}, "unknown_currency"),
            ({"currency": "JPY", "amount": "1.5"}, "bad_amount"),
        ],
    )
    def test_an_amount_that_the_currency_does_not_have_is_refused(self, values, code):
        order = make_order()
        with refused(code, Invalid), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(**values)
        with refused(code, Invalid), transaction.atomic():
            make_order(**values)

    def test_it_is_kept(self):
        row = give(make_order(), "60.00")
        for delete in (row.delete, MoneyEffect.objects.all().delete):
            with refused("kept", NotAllowed):
                delete()


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_ask_for_60_of_100(lea):
    order = make_order(amount="100.00")
    asks = [partial(give, order, "60.00", asked=asked) for asked in (True, False) * 25]
    refusals = errors(at_once(*asks))
    assert {(error.code, error.extra["left"]) for error in refusals} == {("too_much", "40.00")}
    assert (len(refusals), left(order)) == (49, 40)
    assert_money_adds_up()
