"""What a change costs in statements, everything included: sign-in, rights, clocks, figures, event, audit, answer."""

import pytest

from tests.factories import make_ticket

MOST = {
    "claim": ({}, 21),
    "reply": ({"body": "Hello"}, 26),
    "note": ({"body": "Hello"}, 19),
    "status": ({"status": "pending"}, 28),
    "priority": ({"priority": "high"}, 36),
    "type": ({"type": "payment"}, 25),
    "tags": ({"tags": ["vip"]}, 33),
}


@pytest.mark.parametrize("verb", MOST)
def test_a_change_costs_no_more_than_this(api, ada, django_assert_max_num_queries, verb):
    facts, most = MOST[verb]
    ticket = make_ticket(assignee=None if verb == "claim" else ada)
    program = api(ada)
    with django_assert_max_num_queries(most):
        assert program.post(f"tickets/{ticket.pk}/{verb}/", **facts).status_code == 200
