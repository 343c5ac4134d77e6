"""The dashboard: own figures for agents, the team's for leads, counted anew on request."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.analytics.models import SupportDashboard
from support_management.disputes import lifecycle
from support_management.orders import actions as orders
from support_management.tickets import conversation, ownership
from tests.factories import make_agent, make_dispute, make_order, make_ticket
from tests.pages.builders import Person, heard, ids_on

pytestmark = pytest.mark.django_db
MOST_QUERIES = 10


def figures(page, user) -> dict[str, str]:
    """Name → value of each tile."""
    tiles = page.by_id(f"dashboard-agent-{user.pk}-figures").all(lambda node: "figure" in node.classes)
    return {tile.elements[0].text: tile.elements[1].text for tile in tiles}


def page_ids(user) -> list[str]:
    """Rows of the team that this person sees."""
    return [row["id"] for row in Person(user).page("/dashboard/").by_id("team-list").elements]


class TestDashboard:
    def test_ada_sees_her_own(self, ada):
        make_ticket(assignee=ada, order=make_order())
        done = make_ticket(assignee=ada)
        conversation.reply(ticket=done.pk, by=ada, body="Done", status="resolved")
        make_dispute(assignee=ada)
        page = Person(ada).page("/dashboard/")
        shown = figures(page, ada)
        assert (shown["Open now"], shown["Resolved today"], shown["Disputes"]) == ("1", "1", "1")
        assert shown["SLA compliance"] == "100.0%"
        assert "Team" not in page.by_id("main").text

    def test_ada_sees_nobody_elses(self, ada, ben):
        assert ben.name not in Person(ada).page("/dashboard/").text

    def test_lea_sees_the_team(self, lea, ada, ben):
        make_ticket(assignee=ben)
        page = Person(lea).page("/dashboard/")
        row = page.by_id(f"team-agent-{ben.pk}")
        assert row.elements[0].text.endswith("Ben Agent")
        assert row.elements[2].text == "1"
        assert page.by_id(f"team-agent-{ada.pk}") is not None

    def test_who_left_is_gone_from_the_team_once_nothing_is_theirs(self, lea, ada, ben):
        ticket = make_ticket(assignee=ben)
        for user in (ada, ben):
            user.support_profile.status = "inactive"
            user.support_profile.save()
        page = Person(lea).page("/dashboard/")
        assert page.by_id(f"team-agent-{ada.pk}") is None
        assert page.by_id(f"team-agent-{ben.pk}") is not None
        ownership.assign(ticket=ticket.pk, to=lea, by=lea)
        assert page_ids(lea) == [f"team-agent-{lea.pk}"]

    def test_who_may_no_longer_sign_in_is_not_in_the_team(self, lea, ada):
        ada.is_active = False
        ada.save()
        assert page_ids(lea) == [f"team-agent-{lea.pk}"]

    def test_orders_are_those_that_were_moved_or_decided(self, ada):
        dispute = make_dispute(assignee=ada)
        make_dispute(assignee=ada)
        lifecycle.resolve(dispute=dispute.pk, outcome="withdrawn", notes="Settled.", by=ada)
        order = make_order()
        make_ticket(assignee=ada, order=order)
        orders.set_status(order=order.pk, status="paused", by=ada)
        page = Person(ada).page("/dashboard/")
        assert figures(page, ada)["Orders"] == "2"
        assert "handled all time" in page.text

    def test_ira_owns_no_work_and_sees_the_team(self, ira, ada):
        page = Person(ira).page("/dashboard/")
        assert "there are no figures for you" in page.text
        assert page.by_id(f"team-agent-{ada.pk}") is not None

    def test_no_id_stands_twice(self, lea, ada):
        ids = ids_on(Person(lea).page("/dashboard/"))
        assert len(ids) == len(set(ids))

    @pytest.mark.parametrize("number", [1, 15])
    def test_it_costs_the_same_however_large_the_team(self, lea, number):
        for _ in range(number):
            make_agent()
        person = Person(lea)
        with CaptureQueriesContext(connection) as asked:
            person.page("/dashboard/")
        assert len(asked) <= MOST_QUERIES


class TestRefresh:
    @pytest.mark.parametrize("scripted", [True, False])
    def test_a_figure_that_nobody_kept_is_counted_anew(self, ada, scripted):
        SupportDashboard.objects.filter(agent=ada).update(tickets_pending=77)
        person = Person(ada, scripted=scripted)
        answer = person.post("/dashboard/refresh/", back="/dashboard/")
        assert answer.status_code == (204 if scripted else 303)
        if scripted:
            assert heard(answer)["text"] == "Updated."
        assert figures(person.page("/dashboard/"), ada)["Open now"] == "0"

    def test_lea_counts_the_whole_team(self, lea, ada):
        SupportDashboard.objects.filter(agent=ada).update(tickets_pending=77)
        assert Person(lea).post("/dashboard/refresh/").status_code == 204
        assert SupportDashboard.objects.get(agent=ada).tickets_pending == 0

    def test_ada_does_not_count_bens(self, ada, ben):
        SupportDashboard.objects.filter(agent=ben).update(tickets_pending=77)
        assert Person(ada).post("/dashboard/refresh/").status_code == 204
        assert SupportDashboard.objects.get(agent=ben).tickets_pending == 77
