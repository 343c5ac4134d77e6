"""From a number to its ticket, from the top bar of every page."""

import pytest

from support_management.tickets.models import Ticket
from tests.factories import make_ticket


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


@pytest.mark.parametrize("typed", ["", "refund", "<script>alert(1)</script>", "\x00"])
def test_what_is_no_number_gets_a_sentence(client, ada, typed):
    client.force_login(ada)
    answer = client.get("/find/", {"number": typed})
    assert answer.status_code == 404
    assert "such as T-10482" in answer.text
    assert "alert(1)" not in answer.text
