"""Tags from before they were folded, and labels from before they had no comma: mended, nothing else changes."""

import pytest
from django.db import IntegrityError, transaction

from support_management.models import EscalationRule, Tag, User, Website
from support_management.people.viewer import viewer_of
from support_management.sla.policy import explain


def test_spellings_become_one_tag_that_keeps_its_tickets(upgraded):
    old, kept = upgraded.spellings, ("VIP", "late", "été")
    assert old.tags() == {(old.keys[name], name, name.lower()) for name in kept}
    assert old.labels() == [["VIP"], ["VIP", "été"], ["VIP", "late"], ["late"]]
    lea = viewer_of(User.objects.get(username="lea"))
    winners = [explain.match("ticket", ticket, seen_by=lea).winner for ticket in old.tickets]
    assert [winner and winner.pk for winner in winners] == [old.policy, old.policy, old.policy, None]
    assert old.conditions() == {"tag": "Vip"}
    assert EscalationRule.objects.get(name="Spelled").conditions == {}


def test_another_spelling_is_refused_from_now_on(upgraded):
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name="LATE")


def test_commas_leave_labels_and_websites_keep_only_domains(upgraded):
    old = upgraded.commas
    card, letters = old.keys["gold card"], old.keys["a , b"]
    assert old.tags() == {(card, "gold card", "gold card"), (letters, "a b", "a b")}
    assert old.labels() == [["gold card"], ["gold card"], ["a b"], []]
    assert old.conditions() == {"tag": ["gold card", "x"], "segment": "a b", "word": "a, b"}
    assert EscalationRule.objects.get(name="Divided").tag == "a b"
    sites = Website.objects.filter(name__startswith="Site").order_by("name")
    assert [site.domain for site in sites] == ["north.example", "", "shop.example", "bücher.example", ""]
    assert User.objects.get(username="cleo").segment == "gold card"
