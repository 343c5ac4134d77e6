"""Who is at the desk, and what they were told."""

from tests.api.program import problem
from tests.factories import make_agent, make_ticket


class TestProfiles:
    def test_leads_see_the_team_agents_themselves(self, api, ada, ben, lea, ira, cleo):
        names = {
            user.username: [row["username"] for row in api(user).get("support-profiles/").json()["results"]]
            for user in (ada, lea, ira)
        }
        assert names == {"ada": ["ada"], "lea": ["ada", "ben", "lea"], "ira": ["ada", "ben", "lea"]}
        mine = api(ada).get(f"support-profiles/{ada.support_profile.pk}/").json()
        assert (mine["capacity"], mine["load"], mine["availability"]["says"]) == (8, 0, "online")
        problem(api(ada).get(f"support-profiles/{ben.support_profile.pk}/"), 404, "not_found")
        problem(api(cleo).get("support-profiles/"), 403, "desk_only")

    def test_the_list_costs_the_same_however_many(self, api, lea, django_assert_max_num_queries):
        program = api(lea)
        for _ in range(6):
            make_agent()
        with django_assert_max_num_queries(4):
            assert len(program.get("support-profiles/").json()["results"]) == 7


class TestNotifications:
    def test_ada_reads_hers_and_says_so(self, api, ada, ben, lea):
        ticket = make_ticket()
        assert api(lea).post(f"tickets/{ticket.pk}/assign/", assignee="ada").status_code == 200
        told = api(ada).get("notifications/").json()["results"]
        assert [(row["kind"], row["read"]) for row in told] == [("assigned", False)]
        assert ticket.number in told[0]["text"]
        problem(api(ben).get(f"notifications/{told[0]['id']}/"), 404, "not_found")
        problem(api(ben).post(f"notifications/{told[0]['id']}/mark_as_read/"), 404, "not_found")
        assert api(ada).post(f"notifications/{told[0]['id']}/mark_as_read/").json()["read"] is True
        assert api(ada).get("notifications/", read="false").json()["results"] == []
        assert len(api(ada).get("notifications/", read="true").json()["results"]) == 1

    def test_all_or_some_at_once_and_only_hers(self, api, ada, ben, lea):
        for agent in (ada, ada, ben):
            assert api(lea).post(f"tickets/{make_ticket().pk}/assign/", assignee=agent.pk).status_code == 200
        first, second = (row["id"] for row in api(ada).get("notifications/").json()["results"])
        his = api(ben).get("notifications/").json()["results"][0]["id"]
        assert api(ada).post("notifications/mark_as_read/", ids=[first, his]).json() == {"marked": 1}
        assert api(ada).post("notifications/mark_as_read/").json() == {"marked": 1}
        assert api(ada).get(f"notifications/{second}/").json()["read"] is True
        assert api(ben).get(f"notifications/{his}/").json()["read"] is False
