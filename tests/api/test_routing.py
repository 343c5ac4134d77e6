"""Who should have work, and why, through the API."""

from support_management.routing.dispatch import auto_assign
from support_management.tickets import ownership
from tests import cast
from tests.api.program import problem
from tests.factories import make_dispute, make_ticket, make_tickets
from tests.pages.builders import Person
from tests.routing.builders import be, queue, room


class TestPreview:
    def test_lea_reads_who_would_get_it_and_why_not_the_others(self, api, lea, ada, ben):
        row = make_ticket()
        room(lea, 0)
        be(ben, "break", minutes=5)
        facts = api(lea).get("routing/preview/", ticket=row.pk).json()
        assert (facts["ticket"], facts["dispute"], facts["units"]) == (row.pk, None, 1)
        assert facts["chosen"]["name"] == "Ada Agent"
        assert facts["sentence"] == "Ada Agent is the best match: load 0 / 8"
        assert facts["refusals"][0] | {"text": ""} == {
            "agent": lea.pk,
            "name": "Lea Lead",
            "code": "no_room",
            "text": "",
        }
        assert facts["refusals"][1]["text"].startswith("On a break since ")

    def test_ada_reads_that_ben_is_not_available_but_not_why_nor_since_when(self, api, ada, ben, lea):
        row = make_ticket()
        room(lea, 0)
        room(ada, 0)
        for state, why_not in (("break", None), ("offline", "off_shift"), ("online", "paused")):
            be(ben, state, minutes=5, why_not=why_not)
            facts = api(ada).get("routing/preview/", ticket=row.pk).json()
            assert facts["refusals"][-1] == {
                "agent": ben.pk,
                "name": "Ben Agent",
                "code": "not_available",
                "text": "Not available",
            }
            assert facts["sentence"].endswith("Ben Agent (not available)")

    def test_of_a_dispute_as_well(self, api, lea, ada):
        case = make_dispute()
        assert api(lea).get("routing/preview/", dispute=case.pk).json()["chosen"]["agent"] in (ada.pk, lea.pk)

    def test_of_one_piece_of_work_that_may_be_seen(self, api, ada, ben):
        row = make_ticket(website_id=cast.south().pk)
        problem(api(ada).get("routing/preview/", ticket=row.pk), 404, "not_found")
        assert "ticket" in problem(api(ada).get("routing/preview/"), 400, "invalid")["errors"]
        assert "ticket" in problem(api(ada).get("routing/preview/", ticket=1, dispute=1), 400, "invalid")["errors"]

    def test_the_cost_does_not_grow_with_the_desk(self, api, lea, ada, ben, django_assert_max_num_queries):
        row, program = make_ticket(), api(lea)
        make_tickets(5, assignee=ada)
        with django_assert_max_num_queries(17):
            program.get("routing/preview/", ticket=row.pk)


class TestTakeNext:
    def test_ada_gets_what_comes_first(self, api, ada):
        make_ticket(priority="low")
        row = make_ticket(priority="high")
        answer = api(ada).post("tickets/take-next/", key="once")
        assert (answer.status_code, answer.json()["id"]) == (200, row.pk)
        assert answer.json()["assignee"]["id"] == ada.pk
        assert api(ada).post("tickets/take-next/", key="once").json()["id"] == row.pk, "the same request, done once"

    def test_and_is_told_why_there_is_nothing(self, api, ada):
        facts = problem(api(ada).post("tickets/take-next/"), 409, "nothing_next")
        assert facts["detail"] == "There are no tickets in the queue."
        assert "number" in problem(api(ada).post("tickets/take-next/", number=1), 400, "invalid")["errors"]


class TestDecisions:
    def test_stored_ones_tell_ada_no_more(self, api, ada, ben, lea):
        queue("general")
        for agent in (ada, lea):
            room(agent, 0)
        be(ben, "break", minutes=5)
        row = make_ticket()
        auto_assign.route_ticket(row.pk)
        [told] = api(lea).get(f"tickets/{row.pk}/decisions/").json()["results"]
        assert "Ben Agent (on a break since" in told["sentence"]
        [told] = api(ada).get(f"tickets/{row.pk}/decisions/").json()["results"]
        assert "Ben Agent (not available)" in told["sentence"]
        assert told["refusals"][-1]["code"] == "not_available"
        address = f"/tickets/{row.number}/"
        assert "On a break since" in Person(lea).page(address).text
        for page in (Person(ada).page(address), Person(ada).page("/queue/")):
            assert "break since" not in page.text
            assert "Ben Agent (not available)" in page.text

    def test_the_newest_first_with_hands_and_reasons(self, api, lea, ada, ben):
        queue("general")
        row = make_ticket()
        chosen = auto_assign.route_ticket(row.pk).chosen
        ownership.assign(ticket=row.pk, to=ben if chosen.agent != ben.pk else ada, by=lea, reason="Knows her")
        hand, first = api(lea).get(f"tickets/{row.pk}/decisions/").json()["results"]
        assert (hand["trigger"], hand["by"], hand["candidates"]) == ("hand", {"id": lea.pk, "name": "Lea Lead"}, [])
        assert (first["trigger"], first["outcome"], first["chosen"]["id"]) == ("arrival", "assigned", chosen.agent)
        assert {one["agent"] for one in first["candidates"]} == {lea.pk, ada.pk, ben.pk}
        assert first["sentence"].startswith(f"{chosen.name} is the best match: load 0 / ")

    def test_a_page_costs_the_same_however_long(self, api, lea, ada, ben, django_assert_max_num_queries):
        row, program = make_ticket(), api(lea)
        for agent in (ada, ben, ada, ben):
            ownership.assign(ticket=row.pk, to=agent, by=lea)
        with django_assert_max_num_queries(4):
            assert len(program.get(f"tickets/{row.pk}/decisions/").json()["results"]) == 4

    def test_of_disputes_too(self, api, lea, ada):
        case = make_dispute()
        assert api(lea).post(f"disputes/{case.pk}/assign/", assignee="ada").status_code == 200
        [told] = api(lea).get(f"disputes/{case.pk}/decisions/").json()["results"]
        assert (told["dispute"], told["ticket"], told["chosen"]["id"]) == (case.pk, None, ada.pk)


class TestReassignments:
    def test_filters_and_pages(self, api, lea, ada, ben):
        rows = make_tickets(3, assignee=ada)
        ownership.assign(ticket=rows[0].pk, to=ben, by=lea, reason="Knows her")
        program = api(lea)
        [moved] = program.get("reassignments/", cause="manual").json()["results"]
        assert (moved["from_agent"]["id"], moved["to_agent"]["id"], moved["reason"]) == (ada.pk, ben.pk, "Knows her")
        for asked, number in (
            ({"agent": ben.pk}, 1),
            ({"agent": ada.pk}, 4),
            ({"ticket": rows[1].pk}, 1),
            ({"cause": "assigned,manual"}, 4),
            ({"since": moved["at"]}, 1),
            ({"until": moved["at"]}, 3),
        ):
            assert len(program.get("reassignments/", **asked).json()["results"]) == number, asked
        page = program.get("reassignments/", limit=2).json()
        assert len(page["results"]) == 2
        assert page["next"]
        assert program.get("reassignments/", cause="whim").status_code == 400

    def test_agents_read_what_concerns_them(self, api, ada, ben, django_assert_max_num_queries):
        make_tickets(3, assignee=ada)
        make_ticket(assignee=ben)
        program = api(ben)
        with django_assert_max_num_queries(3):
            assert len(program.get("reassignments/").json()["results"]) == 1
