"""Replies, notes and the requester's words through the API."""

from support_management.tickets.models import TicketMessage
from tests.api.program import problem
from tests.factories import make_ticket


class TestReply:
    def test_ada_answers_and_new_becomes_open(self, api, ada):
        ticket = make_ticket()
        response = api(ada).post(f"tickets/{ticket.pk}/reply/", body="On its way.")
        assert (response.status_code, response.json()["status"]) == (200, "open")
        assert {clock["metric"]: clock["state"] for clock in response.json()["sla"]}["first_response"] == "met"

    def test_she_answers_and_moves_it_at_once(self, api, ada):
        ticket = make_ticket(assignee=ada)
        assert (
            api(ada).post(f"tickets/{ticket.pk}/reply/", body="Done.", status="resolved").json()["status"] == "resolved"
        )

    def test_cleos_word_reopens_what_waits_for_her(self, api, cleo, ada):
        ticket = make_ticket(assignee=ada, status="pending")
        assert api(cleo).post(f"tickets/{ticket.pk}/reply/", body="Thanks, but no.").json()["status"] == "open"

    def test_cleo_does_not_move_it(self, api, cleo):
        ticket = make_ticket()
        problem(api(cleo).post(f"tickets/{ticket.pk}/reply/", body="Done?", status="resolved"), 403, "not_yours")
        assert TicketMessage.objects.filter(ticket=ticket).count() == 1

    def test_who_only_took_part_reads_and_notes(self, api, ada, ben):
        ticket = make_ticket(assignee=ada)
        assert api(ada).post(f"tickets/{ticket.pk}/assign/", assignee=ben.pk, reason="His client").status_code == 200
        problem(api(ada).post(f"tickets/{ticket.pk}/reply/", body="One more thing"), 403, "not_yours")
        assert api(ada).post(f"tickets/{ticket.pk}/note/", body="One more thing").status_code == 200

    def test_two_answers_to_the_same_version_leave_one(self, api, lea, ada):
        ticket = make_ticket(assignee=ada)
        assert api(ada).post(f"tickets/{ticket.pk}/reply/", body="First", version=ticket.version).status_code == 200
        facts = problem(
            api(lea).post(f"tickets/{ticket.pk}/reply/", body="Second", version=ticket.version), 409, "stale"
        )
        assert facts["current"]["version"] > ticket.version
        assert not TicketMessage.objects.filter(ticket=ticket, body="Second").exists()

    def test_a_closed_ticket_takes_no_answer(self, api, ada):
        ticket = make_ticket(assignee=ada, status="closed")
        facts = problem(api(ada).post(f"tickets/{ticket.pk}/reply/", body="Hello?"), 409, "closed")
        assert facts["current"]["status"] == "closed"

    def test_somebody_elses_ticket_does_not_exist_for_wim(self, api, wim):
        ticket = make_ticket()
        problem(api(wim).post(f"tickets/{ticket.pk}/reply/", body="Hi"), 404, "not_found")


class TestMessages:
    def test_cleo_reads_what_was_said_in_public_and_nothing_else(self, api, ada, cleo):
        ticket = make_ticket(assignee=ada)
        assert api(ada).post(f"tickets/{ticket.pk}/note/", body="SECRET").status_code == 200
        assert api(ada).post(f"tickets/{ticket.pk}/reply/", body="Hello Cleo").status_code == 200
        hers = api(cleo).get(f"tickets/{ticket.pk}/messages/").json()["results"]
        assert [row["kind"] for row in hers] == ["requester", "reply"]
        assert "SECRET" not in str(hers)
        desk = api(ada).get(f"tickets/{ticket.pk}/messages/").json()["results"]
        assert "SECRET" in str(desk)
        assert list(desk[0]) == ["id", "kind", "author", "body", "html", "created_at"]

    def test_notes_are_not_for_clients_to_write(self, api, cleo):
        ticket = make_ticket()
        problem(api(cleo).post(f"tickets/{ticket.pk}/note/", body="Hi"), 403, "desk_only")

    def test_what_is_out_of_sight_says_nothing(self, api, zoe, wim):
        ticket = make_ticket()
        for user in (zoe, wim):
            problem(api(user).get(f"tickets/{ticket.pk}/messages/"), 404, "not_found")

    def test_the_thread_costs_the_same_however_long(self, api, ada, django_assert_max_num_queries):
        ticket, program = make_ticket(assignee=ada), api(ada)
        for at in range(30):
            assert program.post(f"tickets/{ticket.pk}/note/", body=f"Note {at}").status_code == 200
        with django_assert_max_num_queries(5):
            program.get(f"tickets/{ticket.pk}/messages/")


class TestFollowUp:
    def test_it_answers_201_with_it_and_the_same_key_gives_the_same(self, api, cleo):
        closed = make_ticket(status="closed")
        first, again = (api(cleo).post(f"tickets/{closed.pk}/reply/", key="one", body="Again") for _ in range(2))
        assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
        assert first.json() == again.json()
        assert (first.json()["follow_up_of"], first.json()["status"]) == (closed.pk, "new")
        assert api(cleo).get(f"tickets/{first.json()['id']}/").json()["follow_up_of"] == closed.pk
        assert closed.follow_ups.count() == 1

    def test_a_reply_on_an_open_one_is_200_and_an_agents_on_a_closed_one_409(self, api, ada, cleo):
        row, closed = make_ticket(assignee=ada), make_ticket(assignee=ada, status="closed")
        answer = api(cleo).post(f"tickets/{row.pk}/reply/", body="Hello?")
        assert (answer.status_code, answer.json()["id"], answer.json()["follow_up_of"]) == (200, row.pk, None)
        problem(api(ada).post(f"tickets/{closed.pk}/reply/", body="Hello"), 409, "closed")
