"""The shop carries out what was decided: `money-effects/`, through an endpoint that reaches nothing else."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from support_management.api.urls import urlpatterns
from support_management.core.time import now
from support_management.models import IdempotencyKey, MoneyEffect, Order, ShopEndpoint, SupportActionLog
from support_management.orders.shop import endpoints
from tests import cast
from tests.api.program import Program, problem
from tests.factories import make_money_effect, make_order

pytestmark = pytest.mark.django_db
OURS = "money-effects/"
KEYS = """
    id order reference website kind amount currency recipient cause dispute payment_issue state external_id
    failure undecided legacy version created_at decided_at sent_at confirmed_at updated_at
"""


@pytest.fixture(autouse=True)
def _nobody_asked_before():
    cache.clear()


def shop_of(website) -> Program:
    return Program(authorization=f"Bearer {endpoints.issue(website=website)[1]}")


@pytest.fixture
def shop(db):
    return shop_of(cast.north())


def decided(refund="20.00", /, *, asked: bool = False, **order) -> MoneyEffect:
    return make_money_effect(make_order(**order), refund, asked=asked, by=cast.lea_who_leads())


class TestWhoReads:
    def test_the_shop_reads_those_of_its_website(self, shop):
        here, there = decided(), decided(website=cast.south())
        [row] = shop.get(OURS, state="decided").json()["results"]
        assert row["id"] == here.pk
        assert set(row) == set(KEYS.split())
        assert (row["amount"], row["currency"], row["state"]) == ("20.00", "EUR", "decided")
        assert shop.get(f"{OURS}{here.pk}/").json() == row
        problem(shop.get(f"{OURS}{there.pk}/"), 404, "not_found")
        for action, facts in (("sent", {}), ("confirm", {"external_id": "re_1"}), ("fail", {"reason": "Closed"})):
            problem(shop.post(f"{OURS}{there.pk}/{action}/", **facts), 404, "not_found")

    def test_the_desk_reads_those_of_orders_it_sees_and_confirms_none(self, ada, zoe, lea, ira, cleo):
        row = decided()
        for person, status in ((ada, 200), (zoe, 404), (lea, 200), (ira, 200), (cleo, 403)):
            assert Program(person).get(f"{OURS}{row.pk}/").status_code == status, person
            problem(Program(person).post(f"{OURS}{row.pk}/confirm/", external_id="re_1"), 403, "shop_only")
        assert MoneyEffect.objects.get().state == "decided"
        problem(Program().get(OURS), 401, "not_authenticated")

    def test_amounts_have_the_digits_of_their_currency(self, shop):
        for amount, currency in (("1200", "JPY"), ("1.250", "KWD"), ("0.10", "EUR")):
            row = decided(amount, amount=amount, currency=currency)
            assert shop.get(f"{OURS}{row.pk}/").json()["amount"] == amount

    def test_a_list_costs_the_same_however_long(self, shop, django_assert_num_queries):
        for _ in range(3):
            decided()
        shop.get(OURS)
        with django_assert_num_queries(2):
            assert len(shop.get(OURS).json()["results"]) == 3


class TestReports:
    def test_sent_confirmed_and_a_second_time_nothing_changes(self, shop):
        row, at = decided("120.00"), "2026-11-24T12:00:00.000000Z"
        sent = shop.post(f"{OURS}{row.pk}/sent/")
        assert (sent.status_code, sent.json()["state"]) == (200, "sent")
        assert Order.objects.get().payment_status == "paid"
        first = shop.post(f"{OURS}{row.pk}/confirm/", external_id="re_1", at=at)
        assert (first.status_code, first.json()["state"], first.json()["confirmed_at"]) == (200, "confirmed", at)
        assert (first.json()["external_id"], first.json()["undecided"]) == ("re_1", False)
        assert Order.objects.get().payment_status == "refunded"
        for action, facts in (("confirm", {"external_id": "re_2"}), ("sent", {})):
            again = shop.post(f"{OURS}{row.pk}/{action}/", **facts)
            assert (again.status_code, again.json()) == (200, first.json())
        problem(shop.post(f"{OURS}{row.pk}/fail/", reason="Closed"), 409, "illegal_move")
        line = SupportActionLog.objects.get(object_kind="moneyeffect", verb="confirmed")
        assert (line.actor, line.door, line.after["endpoint"]) == (None, "shop", ShopEndpoint.objects.get().pk)

    def test_one_that_failed_is_free_again(self, shop):
        row = decided("120.00")
        failed = shop.post(f"{OURS}{row.pk}/fail/", reason="The card was closed.")
        assert (failed.status_code, failed.json()["failure"]) == (200, "The card was closed.")
        assert shop.post(f"{OURS}{row.pk}/fail/", reason="Again").json() == failed.json()
        problem(shop.post(f"{OURS}{row.pk}/sent/"), 409, "illegal_move")
        assert Order.objects.get().committed_amount == 0

    @pytest.mark.parametrize("before", ["failed", "cancelled", "pending_approval"])
    def test_what_nobody_decided_is_confirmed_and_marked(self, shop, before):
        row = decided(asked=True)
        MoneyEffect.objects.update(state=before)
        answer = shop.post(f"{OURS}{row.pk}/confirm/", external_id="re_1")
        assert (answer.json()["state"], answer.json()["undecided"]) == ("confirmed", True)
        order = Order.objects.get()
        assert (order.undecided_amount, order.committed_amount, order.payment_status) == (20, 0, "partially_refunded")

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({}, "invalid"),
            ({"external_id": "x" * 101}, "too_long"),
            ({"external_id": " "}, "empty"),
            ({"external_id": "re_1", "at": (now() + timedelta(hours=1)).isoformat()}, "in_the_future"),
            ({"external_id": "re_1", "at": "yesterday"}, "invalid"),
            ({"external_id": "re_1", "amount": "1.00"}, "invalid"),
        ],
    )
    def test_what_is_no_report_is_refused(self, shop, facts, code):
        row = decided()
        problem(shop.post(f"{OURS}{row.pk}/confirm/", **facts), 400, code)
        assert MoneyEffect.objects.get().state == "decided"

    def test_an_old_version_is_refused_with_what_it_is_now(self, shop):
        row = decided()
        shop.post(f"{OURS}{row.pk}/sent/", version=row.version)
        stale = problem(shop.post(f"{OURS}{row.pk}/fail/", reason="Closed", version=row.version), 409, "stale")
        assert stale["current"]["state"] == "sent"

    def test_a_key_acts_once(self, shop):
        row = decided()
        first = shop.post(f"{OURS}{row.pk}/sent/", key="k-1")
        again = shop.post(f"{OURS}{row.pk}/sent/", key="k-1")
        assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")
        problem(shop.post(f"{OURS}{row.pk}/fail/", reason="Closed", key="k-1"), 422, "key_reused")
        other = shop_of(cast.north())
        assert other.post(f"{OURS}{row.pk}/fail/", reason="Closed", key="k-1").status_code == 200
        assert IdempotencyKey.objects.filter(user=None).count() == 2


class TestEndpoint:
    def test_it_reaches_nothing_else(self, shop, lea):
        order = make_order().pk
        for pattern in urlpatterns:
            path = str(pattern.pattern).replace("<int:pk>", str(order))
            for method in set(getattr(pattern.callback, "actions", {})) - {"head"}:
                if not path.startswith(OURS):
                    answer = shop.call(method, path)
                    assert answer.status_code == 403, f"{method} {path}"
                    assert answer.json()["status"] == 403

    def test_a_revoked_one_reaches_nothing(self, shop):
        endpoints.revoke(endpoint=ShopEndpoint.objects.get().pk, by=None)
        problem(shop.get(OURS), 401, "bad_token")
        problem(Program(authorization="Bearer shop_unknown").get(OURS), 401, "bad_token")

    def test_only_the_hash_of_its_token_is_stored(self, db):
        row, token = endpoints.issue(website=cast.north(), name="Shop's server")
        stored = {str(value) for value in ShopEndpoint.objects.values().get(pk=row.pk).values()}
        assert token not in stored
        assert row.hint == token[:8]
        assert token not in str(list(SupportActionLog.objects.values()))
