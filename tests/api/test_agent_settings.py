"""What agents can carry and do: read by the desk, said by admins."""

import pytest

from support_management.models import SkillLevel, Specialization, SupportActionLog, SupportProfile
from tests.api.program import problem
from tests.factories import make_agent, make_dispute, make_ticket

pytestmark = pytest.mark.django_db


class TestSeat:
    def test_ira_says_what_ada_can_carry(self, api, ada, ira):
        address = f"support-profiles/{ada.support_profile.pk}/"
        skills = [{"specialization": "billing", "level": 3}, {"specialization": "dispute", "level": 1}]
        said = {"capacity": 10, "dispute_capacity": 2, "skills": skills, "websites": []}
        answer = api(ira).call("patch", address, **said)
        assert answer.status_code == 200, answer.content
        shown = api(ada).get(address).json()
        assert (shown["capacity"], shown["ticket_capacity"], shown["dispute_capacity"]) == (10, None, 2)
        assert [(row["specialization"], row["name"], row["level"]) for row in shown["skills"]] == [
            ("billing", "Billing", 3),
            ("dispute", "Dispute", 1),
        ]
        assert (shown["websites"], shown["shift"]) == ([], None)
        assert answer.json() == shown
        told = SupportActionLog.objects.get(verb="seat")
        assert (told.actor, told.after["capacity"], told.after["skills"]) == (ira, 10, {"billing": 3, "dispute": 1})

    def test_skills_are_given_as_a_whole_and_what_is_left_out_stays(self, api, ada, ira):
        address = f"support-profiles/{ada.support_profile.pk}/"
        program = api(ira)
        program.call("patch", address, skills=[{"specialization": "billing", "level": 3}], ticket_capacity=4)
        program.call("patch", address, skills=[{"specialization": "account", "level": 2}])
        row = SupportProfile.objects.get(user=ada)
        assert list(row.skills.values_list("specialization__slug", "level")) == [("account", 2)]
        assert (row.ticket_capacity, row.capacity) == (4, 8)
        program.call("patch", address, ticket_capacity=None, skills=[])
        row.refresh_from_db()
        assert (row.ticket_capacity, row.skills.count()) == (None, 0)

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"capacity": None}, "capacity"),
            ({"capacity": 501}, "capacity"),
            ({"dispute_capacity": -1}, "dispute_capacity"),
            ({"skills": [{"specialization": "juggling", "level": 3}]}, "skills"),
            ({"skills": [{"specialization": "billing", "level": 6}]}, "skills"),
            ({"skills": [{"specialization": "billing", "level": 1}] * 2}, "skills"),
            ({"websites": [999]}, "websites"),
            ({"shift": 999}, "shift"),
            ({"status": "suspended"}, "status"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_changes(self, api, ada, ira, facts, field):
        before = SupportProfile.objects.get(user=ada)
        address = f"support-profiles/{before.pk}/"
        refused = api(ira).call("patch", address, **{"ticket_capacity": 1} | facts)
        assert refused.status_code == 400, refused.content
        assert field in refused.content.decode()
        after = SupportProfile.objects.get(user=ada)
        assert (after.version, after.ticket_capacity) == (before.version, None)

    def test_an_old_version_is_refused_with_what_is_there_now(self, api, ada, ira):
        row = SupportProfile.objects.get(user=ada)
        address, program = f"support-profiles/{row.pk}/", api(ira)
        program.call("patch", address, capacity=9, version=row.version)
        facts = problem(program.call("patch", address, capacity=7, version=row.version), 409, "stale")
        assert facts["current"]["capacity"] == 9


class TestWorkload:
    def test_leads_see_all_agents_their_own(self, api, ada, ben, lea):
        make_ticket(assignee=ada)
        make_dispute(assignee=ada)
        rows = api(lea).get("workload-tracker/").json()["results"]
        assert {row["agent"]["name"] for row in rows} == {ada.name, ben.name, lea.name}
        [mine] = api(ada).get("workload-tracker/").json()["results"]
        assert (mine["load"], mine["ticket_load"], mine["dispute_load"]) == (2, 1, 1)
        assert (mine["capacity"], mine["ticket_capacity"], mine["dispute_capacity"]) == (8, None, None)
        assert (mine["tickets_handled"], mine["last_assigned_at"][-1]) == (0, "Z")
        assert [row["agent"]["id"] for row in api(lea).get("workload-tracker/", agent=ben.pk).json()["results"]] == [
            ben.pk
        ]

    def test_the_list_costs_the_same_however_many(self, api, lea, django_assert_max_num_queries):
        program = api(lea)
        for _ in range(6):
            make_agent()
        with django_assert_max_num_queries(2):
            assert len(program.get("workload-tracker/").json()["results"]) == 7


class TestSpecializations:
    def test_ira_makes_one_renames_it_and_throws_it_away(self, api, ada, ira):
        program = api(ira)
        made = program.post("specializations/", slug="refunds", name="Refunds")
        assert (made.status_code, made.json()["position"]) == (201, 5)
        address = f"specializations/{made.json()['id']}/"
        assert program.call("patch", address, name="Money back", version=1).json()["name"] == "Money back"
        assert "Money back" in [row["name"] for row in api(ada).get("specializations/").json()["results"]]
        problem(program.call("patch", address, name="Late", version=1), 409, "stale")
        assert program.call("delete", address).status_code == 204
        problem(program.get(address), 404, "not_found")

    def test_one_in_use_stays(self, api, ada, ira):
        skill = Specialization.objects.get(slug="billing")
        SkillLevel.objects.create(profile=ada.support_profile, specialization=skill, level=1)
        facts = problem(api(ira).call("delete", f"specializations/{skill.pk}/"), 409, "in_use")
        assert "1 agents have it, 1 rules require it" in facts["detail"]

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"slug": "billing", "name": "Again"}, "slug"),
            ({"slug": "No spaces", "name": "Again"}, "slug"),
            ({"slug": "ok", "name": " "}, "name"),
            ({"slug": "ok", "name": "Ok", "position": -1}, "position"),
        ],
    )
    def test_what_is_wrong_is_named(self, api, ira, facts, field):
        refused = api(ira).post("specializations/", **facts)
        assert refused.status_code == 400
        assert field in refused.content.decode()
