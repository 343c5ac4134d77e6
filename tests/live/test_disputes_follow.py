"""The dispute board follows: who took part keeps the card, and cards cost no query each."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.disputes import lifecycle
from support_management.events import positions
from tests.factories import make_dispute, make_order, make_ticket
from tests.followed_page import Screen, assert_screen_follows

pytestmark = pytest.mark.django_db


def test_what_was_adas_stays_on_her_board_as_bens(ada, ben, lea):
    row = make_dispute(assignee=ada)
    screen = Screen(ada, "/disputes/")
    assert_screen_follows(screen, lambda: lifecycle.assign(dispute=row.pk, to=ben, by=lea), changes=True)
    assert "Ben Agent" in screen.tree.by_id(f"disputes-dispute-{row.pk}").text


def test_what_she_only_looked_at_leaves_it(ada, ben):
    row = make_dispute()
    screen = Screen(ada, "/disputes/")
    assert_screen_follows(screen, lambda: lifecycle.assign(dispute=row.pk, to=ben, by=ben), changes=True)
    assert screen.tree.by_id(f"disputes-dispute-{row.pk}") is None


def test_her_ticket_still_shows_the_dispute_that_was_hers(ada, ben, lea):
    order = make_order()
    row, ticket = make_dispute(order=order, assignee=ada), make_ticket(order=order, assignee=ada)
    screen = Screen(ada, ticket.get_absolute_url())
    assert row.number in screen.text()
    assert_screen_follows(screen, lambda: lifecycle.assign(dispute=row.pk, to=ben, by=lea))
    assert row.number in screen.text()


def test_many_cards_cost_as_many_queries_as_one(ada, ben, lea):
    screen = Screen(ada, "/disputes/")
    costs = []
    for number in (1, 6):
        rows = [make_dispute(assignee=ada) for _ in range(number)]
        before = positions.head()
        for row in rows:
            lifecycle.assign(dispute=row.pk, to=ben, by=lea)
        with CaptureQueriesContext(connection) as asked:
            parts = screen.parts(before)
        assert len([part for part in parts if part.id.startswith("disputes-dispute-")]) == number
        costs.append(len(asked))
    assert costs[0] == costs[1]
