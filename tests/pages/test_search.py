"""The box in the top bar of every page, its results as a page, and the way from a number to its ticket."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.tickets.models import Ticket
from tests.factories import make_order, make_ticket, make_tickets
from tests.html import parse


@pytest.mark.parametrize(
    "typed", ["T-10482", "t-10482", "T10482", "10482", " t 10482 ", "#10482", "T - 10482", "t-010482"]
)
def test_a_number_is_understood_as_people_type_it(typed):
    assert Ticket.number_in(typed) == "T-10482"


@pytest.mark.parametrize("typed", ["", "T-", "refund", "10482 10483", "-1", "1.5", "1" * 40, "٣", "\x00", "T-10482'--"])
def test_anything_else_is_no_number(typed):
    assert Ticket.number_in(typed) is None


def test_ada_comes_to_her_ticket(client, ada):
    ticket = make_ticket(assignee=ada)
    client.force_login(ada)
    answer = client.get("/find/", {"number": ticket.number.lower()})
    assert answer.headers["Location"] == f"/tickets/{ticket.number}/"


def test_zoe_of_another_website_reads_the_same_as_for_a_number_that_never_was(client, ada, zoe):
    ticket = make_ticket()
    client.force_login(ada)
    assert client.get("/find/", {"number": ticket.number}).status_code == 302
    client.force_login(zoe)
    answer = client.get("/find/", {"number": ticket.number})
    assert answer.status_code == 404
    assert f"{ticket.number} does not exist or you don&#x27;t have access to it." in answer.text
    assert client.get("/find/", {"number": "999999"}).status_code == 404


@pytest.mark.parametrize("typed", ["", "refund", "<script>alert(1)</script>"])
def test_what_is_no_number_is_searched(client, ada, typed):
    client.force_login(ada)
    answer = client.get("/find/", {"number": typed}, follow=True)
    assert answer.request["PATH_INFO"] == "/search/"
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


class TestPage:
    def test_results_by_kind_with_their_addresses(self, client, lea, cleo):
        ticket = make_ticket(subject="Parcel <b>", order=make_order(title="A parcel"))
        client.force_login(lea)
        page = parse(client.get("/search/", {"q": "parcel"}).text)
        assert page.by_id(f"result-ticket-{ticket.pk}").text == f"{ticket.number} Parcel <b> New · Cleo Client"
        links = [node["href"] for node in page.by_id("main").walk() if "found-one" in node.classes]
        assert links == [f"/tickets/{ticket.number}/", f"/orders/{ticket.order_id}/"]
        page = parse(client.get("/search/", {"q": "cleo client"}).text)
        assert page.by_id(f"result-person-{cleo.pk}").elements[0]["href"] == f"/people/{cleo.pk}/"

    def test_many_are_told(self, client, lea, monkeypatch):
        monkeypatch.setattr("console.views.search.SHOWN", 2)
        make_tickets(3, subject="Parcel")
        client.force_login(lea)
        assert "2 of many" in client.get("/search/", {"q": "parcel"}).text

    @pytest.mark.parametrize(("text", "words"), [("", "What are you looking for?"), ("nowhere", "Nothing found")])
    def test_none_says_why(self, client, lea, text, words):
        client.force_login(lea)
        assert words in client.get("/search/", {"q": text}).text

    def test_it_costs_the_same_with_more_results(self, client, lea, django_assert_max_num_queries):
        client.force_login(lea)
        make_tickets(2, subject="Parcel")
        with CaptureQueriesContext(connection) as few:
            client.get("/search/", {"q": "parcel"})
        make_tickets(5, subject="Parcel")
        with django_assert_max_num_queries(len(few)):
            client.get("/search/", {"q": "parcel"})


class TestBox:
    def test_the_form_works_without_a_script(self, client, ada):
        client.force_login(ada)
        form = parse(client.get("/preferences/").text).by_id("find").parent
        assert (form["action"], form["method"], form["role"]) == ("/search/", "get", "search")

    def test_the_first_of_each_kind_as_options(self, client, lea):
        tickets = make_tickets(7, subject="Parcel")
        client.force_login(lea)
        box = parse(client.get("/search/", {"q": "parcel"}, headers={"HX-Request": "true"}).text)
        options = [node for node in box.walk() if node.get("role") == "option"]
        newest = [f"found-ticket-{ticket.pk}" for ticket in tickets[:1:-1]]
        assert [option["id"] for option in options] == [*newest, "found-all"]
        assert options[-1]["href"] == "/search/?q=parcel"
        assert box.with_("data-found")[0]["data-found"] == "parcel"
        assert not box.with_("data-exact")

    def test_enter_goes_to_what_was_asked_for_by_its_number(self, client, lea):
        ticket = make_ticket()
        client.force_login(lea)
        box = parse(client.get("/search/", {"q": ticket.number}, headers={"HX-Request": "true"}).text)
        assert [node["id"] for node in box.with_("data-exact")] == [f"found-ticket-{ticket.pk}"]

    def test_an_empty_box_has_nothing_below_it(self, client, lea):
        client.force_login(lea)
        box = client.get("/search/", {"q": " "}, headers={"HX-Request": "true"}).text
        assert "found-one" not in box
        assert "Nothing" not in box
