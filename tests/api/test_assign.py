"""Handing work over and putting it back through the API."""

import pytest

from tests import cast
from tests.api.program import problem
from tests.factories import make_agent, make_ticket


class TestAssign:
    def test_lea_gives_it_to_ben_by_id_or_username(self, api, lea, ben):
        for who in (ben.pk, "ben"):
            ticket = make_ticket()
            response = api(lea).post(f"tickets/{ticket.pk}/assign/", assignee=who)
            assert response.status_code == 200, response.content
            assert response.json()["assignee"]["id"] == ben.pk

    def test_nobody_is_null(self, api, lea, ben):
        ticket = make_ticket(assignee=ben)
        assert api(lea).post(f"tickets/{ticket.pk}/assign/", assignee=None).json()["assignee"] is None

    def test_lea_may_go_over_capacity(self, api, lea):
        full = make_agent("full", capacity=0)
        ticket = make_ticket()
        assert api(lea).post(f"tickets/{ticket.pk}/assign/", assignee=full.pk).status_code == 200

    def test_ada_hands_her_own_to_ben_with_a_reason(self, api, ada, ben):
        ticket = make_ticket(assignee=ada)
        response = api(ada).post(f"tickets/{ticket.pk}/assign/", assignee="ben", reason="Speaks Dutch")
        assert response.json()["assignee"]["id"] == ben.pk
        assert "Speaks Dutch" in str(api(ben).get(f"tickets/{ticket.pk}/messages/").json())

    def test_ada_does_not_give_free_work_to_ben(self, api, ada, ben):
        ticket = make_ticket()
        problem(api(ada).post(f"tickets/{ticket.pk}/assign/", assignee="ben"), 403, "not_yours")

    @pytest.mark.parametrize("who", ["nobody-here", 10**15, "", "x" * 255, True, 1.5, ["ben"], {"id": 1}, 0, -1, 2**70])
    def test_whoever_does_not_exist_is_a_refused_field(self, api, lea, ben, who):
        ticket = make_ticket()
        response = api(lea).post(f"tickets/{ticket.pk}/assign/", assignee=who)
        assert response.status_code == 400, response.content
        assert "assignee" in response.json()["errors"]

    def test_a_client_cannot_own_work(self, api, lea, cleo):
        ticket = make_ticket()
        problem(api(lea).post(f"tickets/{ticket.pk}/assign/", assignee=cleo.pk), 409, "not_an_agent")

    def test_who_it_goes_to_must_be_said(self, api, lea):
        ticket = make_ticket()
        assert "assignee" in problem(api(lea).post(f"tickets/{ticket.pk}/assign/"), 400, "invalid")["errors"]


class TestRelease:
    def test_ada_puts_hers_back(self, api, ada):
        ticket = make_ticket(assignee=ada)
        assert api(ada).post(f"tickets/{ticket.pk}/release/").json()["assignee"] is None

    def test_she_may_say_why(self, api, ada):
        ticket = make_ticket(assignee=ada)
        assert api(ada).post(f"tickets/{ticket.pk}/release/", reason="On leave").status_code == 200
        assert "Unassigned by Ada Agent: On leave" in str(api(ada).get(f"tickets/{ticket.pk}/messages/").json())
        long = api(ada).post(f"tickets/{ticket.pk}/release/", reason="x" * 81)
        assert "reason" in problem(long, 400, "too_long")["errors"]

    def test_bens_is_not_hers_and_that_of_south_out_of_her_sight(self, api, ada, ben):
        ticket, far = make_ticket(assignee=ben), make_ticket(website_id=cast.south().pk)
        problem(api(ada).post(f"tickets/{ticket.pk}/release/"), 403, "not_yours")
        problem(api(ada).post(f"tickets/{far.pk}/release/"), 404, "not_found")

    def test_done_work_is_not_put_back(self, api, ada):
        ticket = make_ticket(assignee=ada, status="resolved")
        facts = problem(api(ada).post(f"tickets/{ticket.pk}/release/"), 409, "not_open")
        assert facts["current"]["status"] == "resolved"
