"""The board of four lanes: what is in them, what it costs, how to reach the rest, and taking work from it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.people.availability import service
from support_management.routing.dispatch import auto_assign
from support_management.routing.record import decisions
from support_management.tickets import ownership
from support_management.tickets.models import Ticket, TicketType
from tests import cast, html
from tests.factories import make_ticket, make_tickets
from tests.pages.builders import Person, heard, ids_on

pytestmark = pytest.mark.django_db
LANES = ("unassigned", "mine", "high_priority", "overdue")
MOST_QUERIES = 12


def numbers(page, lane: str) -> list[str]:
    rows = page.by_id(f"queue-{lane}-list").elements
    return [row["data-number"] for row in rows]


class TestLanes:
    def test_each_lane_is_a_pane_of_its_own(self, ada):
        page = Person(ada).page("/queue/")
        assert [pane["data-pane"] for pane in page.with_("data-pane")][2:] == [f"queue.{lane}" for lane in LANES]

    def test_ada_sees_what_is_free_hers_and_urgent_in_work_order(self, ada, ben):
        normal, urgent = make_ticket(), make_ticket(priority="urgent")
        hers, bens = make_ticket(assignee=ada, priority="high"), make_ticket(assignee=ben, priority="urgent")
        page = Person(ada).page("/queue/")
        assert numbers(page, "unassigned") == [urgent.number, normal.number]
        assert numbers(page, "mine") == [hers.number]
        assert numbers(page, "high_priority") == [urgent.number, hers.number]
        assert bens.number not in page.text

    def test_lea_sees_everybodys(self, lea, ada):
        hers = make_ticket(assignee=ada, priority="urgent")
        assert numbers(Person(lea).page("/queue/"), "high_priority") == [hers.number]

    def test_zoe_sees_nothing_of_another_website(self, zoe):
        ticket = make_ticket(subject="Only for North")
        assert ticket.subject not in Person(zoe).page("/queue/").text

    def test_heads_tell_total_room_oldest_and_what_falls_due(self, ada):
        make_tickets(3, priority="urgent")  # answered within 30 minutes
        head = Person(ada).page("/queue/").by_id("queue-unassigned-head")
        assert head["data-total"] == "3"
        assert [node.text for node in head.all(lambda node: node.tag == "dd")] == ["1 of 1", "–unknown", "0m", "3"]

    def test_the_title_counts_what_waits_for_a_hand_and_may_be_seen(self, ada, zoe):
        make_tickets(2)
        title = [Person(who).page("/queue/").all(lambda node: node.tag == "title")[0].text for who in (ada, zoe)]
        assert title == ["(2) Queue · Support Console", "Queue · Support Console"]

    def test_a_head_tells_how_long_the_last_waits_where_there_is_a_basis(self, ada, lea):
        make_tickets(3)
        assert "Est. wait" not in Person(ada).page("/queue/").by_id("queue-mine-head").text
        assert "Est. wait –unknown" in Person(ada).page("/queue/").by_id("queue-unassigned-head").text
        for ticket in make_tickets(3):
            ownership.assign(ticket=ticket.pk, to=lea, by=None, within_capacity=False)
        head = Person(ada).page("/queue/").by_id("queue-unassigned-head")
        assert "Est. wait 1h" in head.text

    def test_work_of_an_automatic_queue_says_why_nobody_takes_it(self, ada):
        TicketType.objects.filter(slug="general").update(mode="automatic")
        service.pause(user=ada.pk, paused=True, by=cast.lea_who_leads())
        ticket = make_ticket()
        decisions.store_unplaced([auto_assign.preview(ticket)], "sweep")
        row = Person(ada).page("/queue/").by_id(f"queue-unassigned-ticket-{ticket.pk}")
        assert "No eligible agent:" in row.text
        assert "Ada Agent (not available)" in row.text

    def test_an_empty_lane_says_why(self, ada):
        assert "No unassigned tickets" in Person(ada).page("/queue/").text

    def test_no_id_stands_twice(self, ada):
        make_tickets(3, priority="urgent")
        ids = ids_on(Person(ada).page("/queue/"))
        assert len(ids) == len(set(ids))

    def test_hostile_words_are_shown_not_run(self, ada):
        make_ticket(subject='<script>alert(1)</script> <b hx-get="/x">', tags=["<i>"])
        answer = Person(ada).get("/queue/").content.decode()
        assert "<script>alert" not in answer
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer

    @pytest.mark.parametrize("number", [1, 40])
    @pytest.mark.parametrize("who", ["ada", "lea"])
    def test_it_costs_the_same_however_long_it_is(self, who, number, request, ben):
        user = request.getfixturevalue(who)
        make_tickets(number, priority="urgent")
        make_ticket(assignee=ben)
        person = Person(user)
        with CaptureQueriesContext(connection) as asked:
            person.page("/queue/")
        assert len(asked) <= MOST_QUERIES

    def test_a_row_is_the_same_for_everybody(self, ada, lea):
        ticket = make_ticket()
        element = f"queue-unassigned-ticket-{ticket.pk}"
        rows = [Person(user).page("/queue/").by_id(element) for user in (ada, lea)]
        assert _picture(rows[0]) == _picture(rows[1])


def _picture(row: html.Node) -> list[str]:
    return list(html.lines(row, lambda node: node.tag == "time", frozenset({"data-pos"})))


@pytest.mark.one_database
class TestTheRest:
    def test_a_long_lane_shows_its_window_and_the_way_on(self, ada):
        make_tickets(103)
        page = Person(ada).page("/queue/")
        pane = next(pane for pane in page.with_("data-pane") if pane["data-pane"] == "queue.unassigned")
        assert len(numbers(page, "unassigned")) == 100
        assert "100 of 103 shown" in pane.text
        [more] = pane.with_("data-list-more")
        assert "hidden" not in more

    def test_more_answers_the_next_rows_and_nothing_else(self, ada):
        make_tickets(103)
        person = Person(ada)
        last = person.page("/queue/").by_id("queue-unassigned-list").elements[-1]
        rest = person.page("/queue/lanes/unassigned/", after=last["data-order"])
        assert [node.tag for node in rest.elements] == ["tr"] * 3
        assert all(row["data-order"] > last["data-order"] for row in rest.elements)

    def test_without_scripts_the_link_leads_to_the_rest_and_back(self, ada):
        make_tickets(103)
        person = Person(ada, scripted=False)
        page = person.page("/queue/")
        [link] = [node for node in page.with_("data-list-more") if "hidden" not in node]
        rest = person.client.get(link["href"])
        assert rest.status_code == 200
        assert rest.content.decode().count('role="rowheader"') == 3
        assert "Back to the first page" in rest.content.decode()

    @pytest.mark.parametrize("after", ["x", "9|1|1", "1|99999999999999999999999|1", "1|1", "1|1|-4", "\x00", "1|1|1|1"])
    def test_a_place_that_is_none_is_refused_in_words(self, ada, after):
        for path in ("/queue/", "/queue/lanes/unassigned/"):
            answer = Person(ada).get(path, lane="unassigned", after=after)
            assert answer.status_code == 400
            assert "not a valid position in the list" in answer.content.decode()

    def test_a_lane_that_is_none_does_not_exist(self, ada):
        assert Person(ada).get("/queue/lanes/secrets/").status_code == 404


class TestTakeFromTheBoard:
    def test_ada_takes_a_row(self, ada):
        ticket = make_ticket()
        answer = Person(ada).post(f"/tickets/{ticket.number}/claim/")
        assert answer.status_code == 204
        assert heard(answer)["text"] == "Assigned to you."
        assert Ticket.objects.get(pk=ticket.pk).assignee == ada

    def test_without_scripts_she_comes_back_to_the_board(self, ada):
        ticket = make_ticket()
        person = Person(ada, scripted=False)
        answer = person.post(f"/tickets/{ticket.number}/claim/")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/queue/")
        assert "Assigned to you." in person.page("/queue/").text
        assert Ticket.objects.get(pk=ticket.pk).assignee == ada

    def test_ben_is_told_who_was_first_even_when_it_is_out_of_sight(self, ada, ben):
        ticket = make_ticket(assignee=ada)
        answer = Person(ben).post(f"/tickets/{ticket.number}/claim/")
        assert answer.status_code == 409
        assert "Already assigned to Ada Agent" in heard(answer, "refused")["text"]

    def test_a_number_that_does_not_exist_is_not_there(self, ada):
        assert Person(ada).post("/tickets/T-1/claim/").status_code == 404

    def test_lea_assigns_from_the_dialog(self, lea, ada):
        ticket = make_ticket()
        answer = Person(lea).post(f"/tickets/{ticket.number}/assign/", assignee=ada.pk, version=ticket.version)
        assert heard(answer)["text"] == f"{ticket.number} assigned to Ada Agent."

    def test_without_scripts_the_dialog_stands_open_for_the_ticket(self, lea):
        ticket = make_ticket()
        page = Person(lea).page("/queue/", assign=ticket.number)
        dialog = page.by_id("assign")
        assert "open" in dialog
        assert [option.text for option in dialog.all(lambda node: "selected" in node)] == []
        assert dialog.all(lambda node: node.tag == "form")[0]["action"] == f"/tickets/{ticket.number}/assign/"

    def test_without_scripts_the_dialog_leads_back_to_the_board(self, lea, ada):
        ticket = make_ticket()
        answer = Person(lea, scripted=False).post(
            f"/tickets/{ticket.number}/assign/", back=f"/queue/?assign={ticket.number}", assignee=ada.pk, from_board="1"
        )
        assert (answer.status_code, answer.headers["Location"]) == (303, "/queue/")

    def test_without_scripts_a_refused_dialog_comes_back_with_what_was_typed(self, lea, ada):
        ticket = make_ticket()
        facts = {"assignee": ada.pk, "reason": "x" * 201, "from_board": "1", "version": ticket.version}
        answer = Person(lea, scripted=False).post(f"/tickets/{ticket.number}/assign/", **facts)
        assert answer.status_code == 400
        page = html.parse(answer.content.decode())
        assert "open" in page.by_id("assign")
        assert [node["value"] for node in page.by_id("assign").with_("selected")] == [str(ada.pk)]
        assert page.by_id("assign-reason")["value"] == "x" * 201
        assert [node["href"] for node in page.with_("data-live-refresh")] == ["/queue/"]

    def test_ada_gets_no_dialog(self, ada):
        assert Person(ada).page("/queue/", assign=make_ticket().number).by_id("assign") is None


class TestTakeNext:
    def test_ada_gets_what_presses_most_and_lands_on_it(self, ada):
        make_ticket()
        urgent = make_ticket(priority="urgent")
        answer = Person(ada).post("/queue/take-next/")
        assert answer.headers["HX-Redirect"] == urgent.get_absolute_url()
        assert Ticket.objects.get(pk=urgent.pk).assignee == ada

    def test_the_same_press_twice_takes_one(self, ada):
        make_tickets(2)
        answers = [Person(ada, scripted=False).post("/queue/take-next/", key="press-1") for _ in range(2)]
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
        assert Ticket.objects.filter(assignee=ada).count() == 1

    def test_she_is_told_when_nothing_fits(self, ada):
        answer = Person(ada).post("/queue/take-next/")
        assert answer.status_code == 409
        assert "no tickets in the queue" in heard(answer, "refused")["text"]

    def test_who_owns_no_work_has_no_such_button(self, ada, ira):
        shown = ["Next ticket" in Person(who).page("/queue/").text for who in (ada, ira)]
        assert shown == [True, False]
