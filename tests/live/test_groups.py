"""A process hears what its panes show: each pane names its topics, and they are topics that events ring."""

import pytest

from console.fragments import groups
from console.fragments.registry import PANES, Pane

NAMES = {"queues", "disputes", "orders", "payments", "figures", "ticket.7", "user.7"}
TOPICS = {
    "queue": {groups.queues()},
    "disputes": {groups.disputes()},
    "ticket": {groups.ticket(7), groups.disputes(), groups.payments()},
    "orders": {groups.orders()},
    "order": {groups.orders(), groups.queues(), groups.disputes(), groups.payments()},
    "payments": {groups.payments()},
    "payment": {groups.payments()},
    "bell": {groups.person(7)},
    "notices": {groups.person(7)},
    **{name: {groups.figures()} for name in ("me", "dashboard", "team", "sla", "clocks", "workload", "what_if")},
}
"""Pane → the topics that its screens follow, for the object 7."""


@pytest.mark.parametrize("name", PANES)
def test_a_pane_follows_its_topics(name):
    topics = PANES[name].topics("7")
    assert topics == TOPICS[name]
    assert topics <= NAMES


def test_a_pane_without_topics_cannot_be_entered():
    with pytest.raises(TypeError, match="topics"):
        Pane(name="new", may_see=lambda viewer, arg: True, parts=lambda viewer, arg, paint: [])
