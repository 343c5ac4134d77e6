"""Programs ask who is there, and say it."""

from datetime import timedelta

from django.db.models import QuerySet

from support_management.calendars.models import BusinessCalendar
from support_management.core.time import now
from support_management.people.availability import absences
from support_management.people.models import SupportAvailability, SupportProfile
from support_management.tickets.models import Ticket
from tests.api.program import problem
from tests.factories import make_agent, make_ticket, make_unseen


def put(program, path: str, **facts):
    return program.call("put", path, **facts)


class TestMe:
    def test_ada_says_what_she_does_and_reads_what_follows(self, api, ada):
        before = api(ada).get("availability/me/").json()
        assert (before["agent"], before["status"]) == ({"id": ada.pk, "name": "Ada Agent"}, "online")
        assert (before["state"], before["available"], before["why_not"], before["paused"]) == (
            "online",
            True,
            "",
            False,
        )
        answer = put(api(ada), "availability/me/", status="break")
        assert answer.status_code == 200
        after = answer.json()
        assert (after["status"], after["state"], after["available"], after["why_not"]) == (
            "break",
            "break",
            False,
            "break",
        )
        assert after["since"] > before["since"]
        assert after == api(ada).get("availability/me/").json()

    def test_she_returns_her_work_and_goes(self, api, ada):
        ticket, waiting = make_ticket(assignee=ada), make_ticket(assignee=ada, status="pending")
        assert put(api(ada), "availability/me/", status="offline", return_work=True).status_code == 200
        assert Ticket.objects.get(pk=ticket.pk).assignee is None
        assert Ticket.objects.get(pk=waiting.pk).assignee == ada, "it waits for the requester and counts as no load"

    def test_the_same_key_says_it_once(self, api, ada):
        program = api(ada)
        first = program.call("put", "availability/me/", key="one", status="away").json()
        put(program, "availability/me/", status="online")
        again = program.call("put", "availability/me/", key="one", status="away")
        assert (again.json(), again["Idempotent-Replayed"]) == (first, "true")
        assert SupportAvailability.objects.get(user=ada).says == "online"

    def test_what_is_not_taken_is_named(self, api, ada):
        facts = problem(put(api(ada), "availability/me/", status="asleep", paused=True), 400, "invalid")
        assert set(facts["errors"]) == {"paused"}
        assert "status" in problem(put(api(ada), "availability/me/"), 400, "invalid")["errors"]

    def test_who_owns_no_work_has_none(self, api, ira):
        problem(api(ira).get("availability/me/"), 404, "not_found")


class TestOthers:
    def test_leads_see_everybody_agents_themselves(self, api, ada, ben, lea, ira):
        seen = {
            user.username: [row["agent"]["name"] for row in api(user).get("availability/").json()["results"]]
            for user in (ada, lea, ira)
        }
        everybody = ["Ada Agent", "Ben Agent", "Lea Lead"]
        assert seen == {"ada": ["Ada Agent"], "lea": everybody, "ira": everybody}
        problem(api(ada).get(f"availability/{ben.pk}/"), 404, "not_found")
        problem(api(lea).get(f"availability/{2**63}/"), 404, "not_found")

    def test_lea_sets_and_pauses_and_nobody_else(self, api, ada, ben, lea):
        address = f"availability/{ada.pk}/"
        assert put(api(lea), address, status="away", paused=True).json()["paused"] is True
        row = put(api(lea), address, status="online").json()
        assert (row["state"], row["available"], row["why_not"]) == ("online", False, "paused")
        problem(put(api(ada), address, paused=False), 403, "leads_only")
        problem(put(api(ben), address, status="away"), 404, "not_found")
        assert put(api(lea), address, paused=False).json()["available"] is True

    def test_shift_absences_and_the_last_sign_of_life_are_shown(self, api, ada, lea):
        make_unseen(ada, timedelta(minutes=5))
        calendar = BusinessCalendar.objects.get(name="Office hours")
        QuerySet.update(SupportProfile.objects.filter(user=ada), shift=calendar)
        end = now() + timedelta(days=1)
        row = absences.plan(user=ada.pk, begins_at=now() - timedelta(minutes=1), ends_at=end, by=lea, reason="Training")
        shown = api(lea).get(f"availability/{ada.pk}/").json()
        assert (shown["state"], shown["why_not"]) == ("offline", "absent")
        assert shown["until"] == shown["absences"][0]["ends_at"]
        assert [(one["id"], one["reason"]) for one in shown["absences"]] == [(row.pk, "Training")]
        assert shown["shift"] == {"id": calendar.pk, "name": "Office hours"}
        assert shown["last_seen_at"] < shown["since"]

    def test_the_list_costs_the_same_however_many(self, api, lea, django_assert_max_num_queries):
        program = api(lea)
        for _ in range(6):
            make_agent()
        with django_assert_max_num_queries(7):
            assert len(program.get("availability/").json()["results"]) == 7


class TestHistory:
    def test_each_state_with_its_cause_and_length_the_newest_first(self, api, ada, ben, lea):
        put(api(ada), "availability/me/", status="break")
        put(api(lea), f"availability/{ada.pk}/", status="online")
        rows = api(ada).get("availability/me/history/").json()["results"]
        assert [(row["state"], row["cause"]) for row in rows] == [
            ("online", "lead"),
            ("break", "said"),
            ("online", "said"),
        ]
        assert rows[0]["by"] == {"id": lea.pk, "name": "Lea Lead"}
        assert (rows[0]["ended_at"], rows[1]["ended_at"]) == (None, rows[0]["began_at"])
        assert api(lea).get(f"availability/{ada.pk}/history/", limit="1").json()["results"] == rows[:1]
        problem(api(ben).get(f"availability/{ada.pk}/history/"), 404, "not_found")
