"""Admins find what does not add up on one page, and make the endpoints of shops."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.urls import reverse

from support_management.core.time import now
from support_management.models import MoneyEffect, ShopEndpoint
from tests.admin.conftest import page_of, words
from tests.cast import north
from tests.factories import make_money_effect, make_order

pytestmark = pytest.mark.django_db
ADDRESS = reverse("admin:reconciliation")


class TestPage:
    def test_admins_find_it_and_nobody_else_opens_it(self, as_ira, client, lea):
        row = make_money_effect(make_order())
        QuerySet.update(MoneyEffect.objects.all(), decided_at=now() - timedelta(days=2))
        for address in (reverse("admin:index"), page_of(MoneyEffect, "changelist")):
            assert f'href="{ADDRESS}"' in as_ira.get(address).content.decode()
        page = as_ira.get(ADDRESS).content.decode()
        assert page_of(MoneyEffect, "change", row.pk) in page
        assert "€20.00 · Partial refund, decided" in page
        client.force_login(lea)
        assert client.get(ADDRESS).status_code == 302

    def test_it_costs_the_same_however_much_there_is(self, as_ira, django_assert_max_num_queries):
        for _ in range(3):
            make_money_effect(make_order())
        QuerySet.update(MoneyEffect.objects.all(), decided_at=now() - timedelta(days=2))
        with django_assert_max_num_queries(8):
            as_ira.get(ADDRESS)


class TestEndpoints:
    def test_an_endpoint_is_made_and_its_token_shown_once(self, as_ira):
        made = as_ira.post(page_of(ShopEndpoint, "add"), {"website": north().pk, "name": "Server"}, follow=True)
        [said] = [word for word in words(made) if "shown this once" in word]
        row = ShopEndpoint.objects.get()
        assert said.rpartition(" ")[2].startswith(row.hint)
        page = as_ira.get(page_of(ShopEndpoint, "change", row.pk)).content.decode()
        assert row.digest not in page
        chosen = {"action": "revoke", "_selected_action": [row.pk]}
        as_ira.post(page_of(ShopEndpoint, "changelist"), chosen)
        assert ShopEndpoint.objects.get().revoked_at
