"""Taking free work through the API."""

from datetime import timedelta

from support_management.audit.models import SupportActionLog
from support_management.core import request_context
from support_management.core.time import now
from tests.api.program import problem
from tests.factories import make_agent, make_ticket
from tests.past import rewrite


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

    def test_lea_is_told_who_was_first_and_sees_it_as_it_is(self, api, ada, lea):
        ticket = make_ticket()
        assert api(ada).post(f"tickets/{ticket.pk}/claim/").status_code == 200
        facts = problem(api(lea).post(f"tickets/{ticket.pk}/claim/"), 409, "taken")
        assert facts["owner"] == "Ada Agent"
        assert "Ada Agent" in facts["detail"]
        assert facts["current"]["id"] == ticket.pk
        assert facts["current"]["assignee"] == {"id": ada.pk, "name": "Ada Agent"}

    def test_ben_who_could_just_see_it_is_told_the_name_only_and_only_for_a_minute(self, api, ada, ben, lea, settings):
        settings.AGENTS_READ_ALL = False
        ticket = make_ticket()
        assert api(ada).post(f"tickets/{ticket.pk}/claim/").status_code == 200
        assert api(ben).get(f"tickets/{ticket.pk}/").status_code == 404
        facts = problem(api(ben).post(f"tickets/{ticket.pk}/claim/"), 409, "taken")
        assert (facts["owner"], "current" in facts) == ("Ada Agent", False)
        lines = SupportActionLog.objects.filter(object_kind="ticket", object_id=ticket.pk)
        rewrite(lines, at=now() - timedelta(seconds=61))
        problem(api(ben).post(f"tickets/{ticket.pk}/claim/"), 404, "not_found")
        api(lea).post(f"tickets/{ticket.pk}/assign/", assignee=make_agent("carla").username)
        problem(api(ben).post(f"tickets/{ticket.pk}/claim/"), 404, "not_found")

    def test_what_was_assigned_as_it_came_in_was_never_seen(self, api, ada, ben, settings):
        settings.AGENTS_READ_ALL = False
        request_context.begin(door="api", request_id="the same")
        ticket = make_ticket(assignee=ada)
        problem(api(ben).post(f"tickets/{ticket.pk}/claim/"), 404, "not_found")

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
