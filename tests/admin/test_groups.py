"""The administration is grouped by what admins do; what the product keeps for itself comes last, folded."""

from collections import Counter

import pytest
from django.contrib import admin
from django.urls import reverse

from support_management.admin_site import GROUPS
from support_management.models import Heartbeat, Ticket
from tests import html
from tests.admin.conftest import page_of

NAMES = ["People and skills", "Queues and routing", "SLA", "Orders", "Records", "System"]
MACHINERY = {"Epoch", "Heartbeat", "NumberSequence", "DashboardDrift", "IdempotencyKey", "DomainEvent"}


def test_every_model_is_in_exactly_one_group():
    grouped = Counter(name for group in GROUPS for name in group.models)
    assert grouped == Counter(model.__name__ for model in admin.site._registry)


def test_machinery_is_the_last_group_and_the_only_folded_one():
    assert [group.name for group in GROUPS] == NAMES
    assert [group.name for group in GROUPS if group.collapsed] == ["System"]
    assert set(GROUPS[-1].models) >= MACHINERY


@pytest.mark.django_db
class TestPages:
    @pytest.mark.parametrize(
        "address",
        [reverse("admin:index"), reverse("admin:app_list", args=["support_management"]), page_of(Ticket, "changelist")],
    )
    def test_index_app_and_side_bar_show_the_groups_in_their_order(self, as_ira, address):
        page = html.parse(as_ira.get(address).content.decode())
        shown = page.all(lambda node: node.tag == "caption")
        assert [caption.text.strip() for caption in shown] == NAMES
        rows = [node["id"] for node in page.all(lambda node: node.tag == "th" and node.get("scope") == "row")]
        rows = [name for name in rows if name]
        assert rows[: sum(len(group.models) + len(group.pages) for group in GROUPS)] == [
            f"{group.slug}-{name.lower()}" for group in GROUPS for name in (*group.models, *group.pages)
        ]
        [machinery] = page.all(lambda node: "machinery" in node.classes)
        assert [caption.text.strip() for caption in machinery.all(lambda node: node.tag == "caption")] == ["System"]
        assert "open" not in machinery

    def test_the_group_of_the_page_is_open(self, as_ira):
        page = html.parse(as_ira.get(page_of(Heartbeat, "changelist")).content.decode())
        [machinery] = page.all(lambda node: "machinery" in node.classes)
        assert "open" in machinery

    def test_a_heading_leads_to_its_group(self, as_ira):
        page = html.parse(as_ira.get(reverse("admin:index")).content.decode())
        links = [
            node["href"] for caption in page.all(lambda node: node.tag == "caption") for node in caption.with_("href")
        ]
        app = as_ira.get(reverse("admin:app_list", args=["support_management"]))
        there = html.parse(app.content.decode())
        assert len(links) == len(NAMES)
        for link in links:
            address, _, place = link.partition("#")
            assert address == "/admin/support_management/"
            assert there.by_id(place) is not None

    def test_breadcrumbs_name_the_app(self, as_ira):
        for address in (reverse("admin:app_list", args=["support_management"]), page_of(Ticket, "changelist")):
            page = html.parse(as_ira.get(address).content.decode())
            [crumbs] = page.all(lambda node: "breadcrumbs" in node.classes)
            assert "Support management" in crumbs.text
            assert "Records" not in crumbs.text

    def test_an_app_that_is_none_does_not_exist(self, as_ira):
        assert as_ira.get("/admin/secrets/").status_code == 404


@pytest.mark.parametrize("name", ["site_header", "site_title"])
def test_the_site_has_the_name_of_the_product(name):
    assert getattr(admin.site, name) == "Support Console"
