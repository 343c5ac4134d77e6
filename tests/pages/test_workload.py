"""The workload board: who carries what, who would get what waits, and how work is moved from it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import html
from tests.factories import make_agent, make_dispute, make_ticket, make_tickets
from tests.pages.looking import Person

pytestmark = pytest.mark.django_db
MOST_QUERIES = 30


def line(page: html.Node, agent) -> html.Node:
    return page.by_id(f"workload-agent-{agent.pk}")


class TestTheTeam:
    def test_lea_sees_who_carries_what(self, lea, ada, ben):
        make_ticket(assignee=ada)
        make_dispute(assignee=ada)
        page = Person(lea).page("/workload/")
        assert "3 agents · 3 online · load 2 of" in page.by_id("workload-head").text
        bar = line(page, ada).all(lambda node: node.tag == "svg" and "parts" in node.classes)[0]
        assert bar["aria-label"] == "1 General, 1 Disputes"
        assert "2 / " in line(page, ada).text
        first = next(one for one in page.by_id("workload-online-list").elements if "data-order" in one)
        assert first["id"] == f"workload-agent-{ada.pk}", "the fullest first"

    @pytest.mark.parametrize("number", [1, 12])
    def test_it_costs_the_same_however_many_there_are(self, lea, ada, number):
        for _ in range(number):
            make_ticket(assignee=make_agent())
        make_tickets(number)
        person = Person(lea)
        with CaptureQueriesContext(connection) as asked:
            person.page("/workload/", open=ada.pk)
        assert len(asked) <= MOST_QUERIES
