"""Conditions in words."""

import pytest

from support_management.conditions import wording

NAMES = {3: "North"}


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({}, "All tickets, disputes, orders and payment issues"),
        ({"tag": [], "segment": ""}, "All tickets, disputes, orders and payment issues"),
        ({"priority": ["urgent", "high"], "kind": "ticket"}, "Type: ticket; priority: urgent or high"),
        ({"website": [3, 4]}, "Website: North or website 4"),
        ({"type": "account_access", "tag": "account_access"}, "Queue: account access; tag: account_access"),
        ({"word": ["money back", "refund"], "language": "de"}, "Language: de; subject contains: money back or refund"),
    ],
)
def test_kind_comes_first_and_one_of_several_is_enough(conditions, said):
    assert wording.conditions(conditions, NAMES) == said


def test_what_the_work_has_is_joined_with_and():
    assert wording.all_of("tag", ("late", "VIP"), NAMES) == "late and VIP"
