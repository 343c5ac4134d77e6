"""Whatever is asked for, decided, confirmed, refused or written by hand, in whatever order: it never gives too much."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support_management.core.errors import DeskError
from support_management.core.locking import lock
from support_management.disputes import lifecycle
from support_management.events.capability import unit_of_work
from support_management.models import MoneyEffect, Order
from support_management.orders.money import effects, payment_status, shop_reports
from support_management.orders.shop import endpoints
from tests.factories import make_money_effect, make_order
from tests.invariants import assert_money_adds_up

CENT = Decimal("0.01")
VERBS = ["ask", "decide", "dispute", "approve", "cancel", "sent", "confirm", "fail", "by hand", "amount by hand"]
ACTS = st.tuples(st.sampled_from(VERBS), st.integers(0, 1), st.integers(1, 7000), st.integers(0, 7))


class Shop:
    """Two orders of 100.00, one of which is paid by half, and the endpoint that reports."""

    def __init__(self, lea) -> None:
        self.orders = [make_order(amount="100.00"), make_order(amount="100.00", paid_amount="50.01")]
        self.lea, self.endpoint = lea, endpoints.issue(website=self.orders[0].website)[0]

    def does(self, verb: str, which: int, cents: int, place: int) -> None:
        order, amount = self.orders[which], cents * CENT
        if verb in ("ask", "decide"):
            make_money_effect(order, amount, asked=verb == "ask", by=self.lea)
        elif verb == "dispute":
            self._dispute(order, amount)
        elif rows := list(MoneyEffect.objects.order_by("pk")):
            self._to(verb, rows[place % len(rows)], amount)

    def _dispute(self, order: Order, amount: Decimal) -> None:
        row = lifecycle.open_dispute(order=order.pk, by=order.client, reason="late")
        facts = {"outcome": "resolved_client", "notes": "Late", "order_status": "in_progress"}
        lifecycle.resolve(dispute=row.pk, by=self.lea, refund=amount, **facts)

    def _to(self, verb: str, effect: MoneyEffect, amount: Decimal) -> None:
        report = {"effect": effect.pk, "endpoint": self.endpoint}
        {
            "approve": lambda: self._changed(effect, effects.approve),
            "cancel": lambda: self._changed(effect, effects.cancel, reason="No"),
            "sent": lambda: shop_reports.mark_sent(**report),
            "confirm": lambda: shop_reports.confirm(external_id="re_1", **report),
            "fail": lambda: shop_reports.fail(reason="Closed", **report),
            "by hand": lambda: MoneyEffect.objects.filter(pk=effect.pk).update(state="decided"),
            "amount by hand": lambda: QuerySet.update(MoneyEffect.objects.filter(pk=effect.pk), amount=amount),
        }[verb]()

    def _changed(self, effect: MoneyEffect, how, **facts) -> None:
        with unit_of_work():
            order = lock(Order, effect.order_id)
            how(order, MoneyEffect.objects.get(pk=effect.pk), by=self.lea, **facts)


class Undone(Exception):
    """The next example begins with nothing."""


@pytest.mark.django_db
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=8, max_size=16))
def test_the_sum_never_exceeds_what_was_paid(lea, acts):
    with suppress(Undone), transaction.atomic():
        shop = Shop(lea)
        for act in acts:
            with suppress(DeskError, IntegrityError), transaction.atomic():
                shop.does(*act)
        payment_status.repair()  # amounts were written past every signal
        assert_money_adds_up()
        raise Undone
