"""Status, priority, type and tags through the API."""

import pytest

from tests.api.program import problem
from tests.factories import make_ticket


class TestTriage:
    @pytest.mark.parametrize(
        ("verb", "facts", "field", "then"),
        [
            ("status", {"status": "pending"}, "status", "pending"),
            ("priority", {"priority": "urgent"}, "priority", "urgent"),
            ("type", {"type": "payment"}, "type", "payment"),
            ("tags", {"tags": ["VIP", "late", "vip"]}, "tags", ["late", "vip"]),
            ("tags", {"tags": []}, "tags", []),
        ],
    )
    def test_ada_changes_her_own(self, api, ada, verb, facts, field, then):
        ticket = make_ticket(assignee=ada, tags=["old"])
        response = api(ada).post(f"tickets/{ticket.pk}/{verb}/", **facts)
        assert response.status_code == 200, response.content
        assert response.json()[field] == then
        assert response.json()["version"] > ticket.version

    @pytest.mark.parametrize(
        ("verb", "facts"),
        [
            ("status", {"status": "gone"}),
            ("status", {"status": None}),
            ("status", {}),
            ("priority", {"priority": 1}),
            ("priority", {"priority": ["high"]}),
            ("type", {"type": "nonsense"}),
            ("type", {"type": 3}),
            ("tags", {"tags": "vip"}),
            ("tags", {"tags": [["vip"]]}),
            ("tags", {"tags": ["x" * 41]}),
            ("tags", {"tags": [str(at) for at in range(21)]}),
            ("tags", {"tags": [""]}),
        ],
    )
    def test_what_cannot_be_taken_is_named(self, api, ada, verb, facts):
        ticket = make_ticket(assignee=ada)
        response = api(ada).post(f"tickets/{ticket.pk}/{verb}/", **facts)
        assert response.status_code == 400, response.content
        assert next(iter(response.json()["errors"])).partition(".")[0] == verb

    def test_an_illegal_move_says_why(self, api, ada):
        ticket = make_ticket(assignee=ada, status="resolved")
        facts = problem(api(ada).post(f"tickets/{ticket.pk}/status/", status="pending"), 409, "illegal_move")
        assert "Resolved to Pending" in facts["detail"]
        assert facts["current"]["status"] == "resolved"

    @pytest.mark.parametrize("verb", ["status", "priority", "type", "tags"])
    def test_an_old_version_changes_nothing(self, api, ada, verb):
        ticket = make_ticket(assignee=ada)
        facts = {"status": "pending", "priority": "low", "type": "payment", "tags": ["a"]}
        refused = api(ada).post(f"tickets/{ticket.pk}/{verb}/", version=ticket.version - 1, **{verb: facts[verb]})
        assert problem(refused, 409, "stale")["current"]["version"] == ticket.version

    @pytest.mark.parametrize("version", ["1", 1.0, True, None, -1, 2**40])
    def test_a_version_is_a_whole_number(self, api, ada, version):
        ticket = make_ticket(assignee=ada)
        response = api(ada).post(f"tickets/{ticket.pk}/status/", status="pending", version=version)
        assert "version" in problem(response, 400, "invalid")["errors"]


class TestEffect:
    def test_it_says_what_a_change_would_do(self, api, ada):
        ticket = make_ticket(assignee=ada)
        program = api(ada)
        told = program.get(f"tickets/{ticket.pk}/effect/", priority="high").json()["clocks"]
        assert [(row["metric"], row["restored"], row["paused"]) for row in told] == [
            ("first_response", False, False),
            ("resolution", False, False),
        ]
        now = {clock["metric"]: clock["due_at"] for clock in program.get(f"tickets/{ticket.pk}/").json()["sla"]}
        assert {row["metric"]: row["due_at"] for row in told} == now
        then = program.post(f"tickets/{ticket.pk}/priority/", priority="high").json()["sla"]
        assert {clock["metric"]: clock["due_at"][:19] for clock in then} == {
            row["metric"]: row["due_after"][:19] for row in told
        }
        assert program.get(f"tickets/{ticket.pk}/effect/", tags="late,vip").json() == {"clocks": []}

    def test_it_is_for_the_desk_that_sees_the_ticket(self, api, ada, zoe, cleo):
        ticket = make_ticket(assignee=ada)
        problem(api(cleo).get(f"tickets/{ticket.pk}/effect/", priority="high"), 403, "desk_only")
        problem(api(zoe).get(f"tickets/{ticket.pk}/effect/", priority="high"), 404, "not_found")
        problem(api(ada).get(f"tickets/{ticket.pk}/effect/", priority="soon"), 400, "invalid")
        problem(api(ada).get(f"tickets/{ticket.pk}/effect/", colour="red"), 400, "invalid")
