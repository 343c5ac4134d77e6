"""Taking free work through the API."""

from tests.api.program import problem
from tests.factories import make_agent, make_ticket


class TestClaim:
    def test_ada_takes_a_free_ticket(self, api, ada):
        ticket = make_ticket()
        response = api(ada).post(f"tickets/{ticket.pk}/claim/")
        assert response.status_code == 200, response.content
        assert response.json()["assignee"] == {"id": ada.pk, "name": "Ada Agent"}
        assert response.json()["status"] == "open"

    def test_taking_her_own_changes_nothing(self, api, ada):
        ticket = make_ticket(assignee=ada)
        response = api(ada).post(f"tickets/{ticket.pk}/claim/")
        assert (response.status_code, response.json()["version"]) == (200, ticket.version)

    def test_ben_is_told_who_was_first_and_sees_it_as_it_is(self, api, ada, ben):
        ticket = make_ticket()
        assert api(ada).post(f"tickets/{ticket.pk}/claim/").status_code == 200
        assert api(ben).get(f"tickets/{ticket.pk}/").status_code == 200
        facts = problem(api(ben).post(f"tickets/{ticket.pk}/claim/"), 409, "taken")
        assert facts["owner"] == "Ada Agent"
        assert "Ada Agent" in facts["detail"]
        assert facts["current"]["id"] == ticket.pk
        assert facts["current"]["assignee"] == {"id": ada.pk, "name": "Ada Agent"}

    def test_who_has_no_room_takes_nothing(self, api, db):
        full = make_agent("full", capacity=1)
        make_ticket(assignee=full)
        ticket = make_ticket()
        facts = problem(api(full).post(f"tickets/{ticket.pk}/claim/"), 409, "no_room")
        assert facts["current"]["assignee"] is None

    def test_an_old_version_takes_nothing(self, api, ada):
        ticket = make_ticket()
        facts = problem(api(ada).post(f"tickets/{ticket.pk}/claim/", version=ticket.version - 1), 409, "stale")
        assert facts["current"]["version"] == ticket.version
        assert api(ada).post(f"tickets/{ticket.pk}/claim/", version=ticket.version).status_code == 200

    def test_work_of_another_website_does_not_exist_for_zoe(self, api, zoe, ada):
        ticket = make_ticket(assignee=ada)
        problem(api(zoe).post(f"tickets/{ticket.pk}/claim/"), 404, "not_found")

    def test_clients_writers_editors_and_admins_take_none(self, api, cleo, wim, eda, ira):
        ticket = make_ticket()
        for user in (cleo, wim, eda):
            problem(api(user).post(f"tickets/{ticket.pk}/claim/"), 403, "desk_only")
        problem(api(ira).post(f"tickets/{ticket.pk}/claim/"), 403, "not_an_agent")
        ticket.refresh_from_db()
        assert ticket.assignee is None
