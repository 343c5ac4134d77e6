"""Opening, listing and reading tickets."""

import re

from support_management.people.models import User
from support_management.tickets.models import Ticket
from tests.api.program import problem
from tests.factories import make_order, make_ticket, make_tickets

INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
FIELDS = """id number subject status priority type channel tags requester assignee website order dispute version
created_at updated_at sla follow_up_of opened_by_desk""".split()  # noqa: SIM905
DESK_ONLY = {"tags", "version", "sla"}


class TestCreate:
    def test_cleo_opens_a_ticket(self, api, cleo):
        response = api(cleo).post("tickets/", subject="Where is it?", body="Late by a day.")
        assert response.status_code == 201, response.content
        assert list(response.json()) == [name for name in FIELDS if name not in DESK_ONLY]
        assert response.json()["requester"]["id"] == cleo.pk

    def test_ada_opens_one_for_cleo(self, api, ada, cleo):
        response = api(ada).post(
            "tickets/", subject="Where is it?", body="Late by a day.", tags=["Late", "vip"], requester=cleo.pk
        )
        assert response.status_code == 201, response.content
        ticket = response.json()
        assert list(ticket) == FIELDS
        assert ticket["requester"] == {"id": cleo.pk, "name": "Cleo Client"}
        assert ticket["tags"] == ["late", "vip"]
        assert (ticket["status"], ticket["priority"], ticket["type"], ticket["channel"]) == (
            "new",
            "normal",
            "general",
            "api",
        )
        assert ticket["assignee"] is None
        assert INSTANT.match(ticket["created_at"])
        assert INSTANT.match(ticket["updated_at"])
        assert [clock["metric"] for clock in ticket["sla"]] == ["resolution"]
        assert all(clock["state"] == "running" and INSTANT.match(clock["due_at"]) for clock in ticket["sla"])

    def test_ada_opens_one_for_cleo_by_id(self, api, ada, cleo):
        made = api(ada).post("tickets/", subject="Call", body="Cleo called.", requester=cleo.pk)
        assert made.json()["requester"]["id"] == cleo.pk
        assert (made.json()["opened_by_desk"], [clock["metric"] for clock in made.json()["sla"]]) == (
            True,
            ["resolution"],
        )

    def test_a_gateway_passes_cleos_words_on(self, api, ada, cleo):
        facts = {"subject": "Mail", "body": "Hello", "requester": cleo.pk, "opened_by_desk": False}
        made = api(ada).post("tickets/", **facts).json()
        assert (made["opened_by_desk"], made["sla"][0]["metric"]) == (False, "first_response")
        refused = api(cleo).post("tickets/", subject="Mail", body="Hello", opened_by_desk=False)
        assert "opened_by_desk" in problem(refused, 400, "invalid")["errors"]

    def test_a_new_e_mail_makes_a_client_who_cannot_sign_in(self, api, ada):
        made = api(ada).post("tickets/", subject="Mail", body="Hello", requester="New.Person@mail.example")
        assert made.status_code == 201, made.content
        person = User.objects.get(pk=made.json()["requester"]["id"])
        assert (person.email, person.role) == ("new.person@mail.example", "client")
        assert not person.has_usable_password()
        again = api(ada).post("tickets/", subject="Mail", body="Hello", requester="new.person@MAIL.example")
        assert again.json()["requester"]["id"] == person.pk

    def test_a_refused_ticket_leaves_no_new_client_behind(self, api, ada):
        response = api(ada).post("tickets/", subject="", body="Hello", requester="new@mail.example")
        assert "subject" in problem(response, 400, "empty")["errors"]
        assert not User.objects.filter(email="new@mail.example").exists()

    def test_cleo_cannot_open_one_for_wim(self, api, cleo, wim):
        response = api(cleo).post("tickets/", subject="Hi", body="Hi", requester=wim.pk)
        assert "requester" in problem(response, 400, "invalid")["errors"]

    def test_cleo_opens_one_about_her_order(self, api, cleo):
        order = make_order(client=cleo)
        made = api(cleo).post("tickets/", subject="Late", body="Late", order=order.pk).json()
        assert (made["order"], made["website"]) == (order.pk, order.website_id)

    def test_somebody_elses_order_does_not_exist_for_wim(self, api, wim, ada):
        order = make_order(writer=None)
        problem(api(wim).post("tickets/", subject="Late", body="Late", order=order.pk), 404, "not_found")
        assert api(ada).post("tickets/", subject="Late", body="Late", order=order.pk).status_code == 201

    def test_eda_and_nobody_open_none(self, api, eda):
        problem(api(eda).post("tickets/", subject="Hi", body="Hi"), 403, "not_for_you")
        refused = api().post("tickets/", subject="Hi", body="Hi")
        problem(refused, 401, "not_authenticated")
        assert refused["WWW-Authenticate"] == "Bearer"


class TestList:
    def test_everybody_gets_what_they_may_see(self, api, ada, ben, lea, cleo, wim, zoe):
        free, hers, his = make_ticket(), make_ticket(assignee=ada), make_ticket(assignee=ben)
        seen = {
            user.username: {row["id"] for row in api(user).get("tickets/").json()["results"]}
            for user in (ada, lea, cleo, wim, zoe)
        }
        assert seen == {
            "ada": {free.pk, hers.pk},
            "lea": {free.pk, hers.pk, his.pk},
            "cleo": {free.pk, hers.pk, his.pk},
            "wim": set(),
            "zoe": set(),
        }

    def test_it_costs_the_same_however_long(self, api, ada, django_assert_max_num_queries):
        program = api(ada)
        make_tickets(3, tags=["one", "two"])
        with django_assert_max_num_queries(6) as few:
            program.get("tickets/")
        make_tickets(20, tags=["one", "two"])
        with django_assert_max_num_queries(len(few)):
            assert len(program.get("tickets/").json()["results"]) == 23


class TestRead:
    def test_ada_reads_one(self, api, ada):
        ticket = make_ticket()
        assert api(ada).get(f"tickets/{ticket.pk}/").json()["number"] == ticket.number

    def test_what_is_not_hers_does_not_exist_for_zoe(self, api, zoe):
        ticket = make_ticket()
        problem(api(zoe).get(f"tickets/{ticket.pk}/"), 404, "not_found")
        assert Ticket.objects.filter(pk=ticket.pk).exists()
