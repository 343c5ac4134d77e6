"""Addresses that nobody would type by hand: a page that says so, never an error of the server."""

import pytest

from support_management.tickets import triage
from tests.factories import make_dispute, make_ticket
from tests.pages.builders import Person, heard

pytestmark = pytest.mark.django_db
ODD = ["%00", "a%00b", "T-%00", "T-1%00", "T-", "T-1x", "t-1", "T-%D9%A3", f"T-{'9' * 16}", "%F0%9F%92%A9", "%FF"]


@pytest.mark.parametrize("number", ODD)
def test_a_number_that_is_none_is_not_there(ada, number):
    person = Person(ada)
    assert person.get(f"/tickets/{number}/").status_code == 404
    assert person.post(f"/tickets/{number}/claim/").status_code == 404


@pytest.mark.parametrize("number", ["\x00", "T-1\x00", "T-1\n", "a\x00b", "x" * 5000, "T-0", "\ud83d\ude00"])
def test_the_assign_dialog_stays_shut_for_a_number_that_is_none(lea, number):
    answer = Person(lea).client.get("/queue/", {"assign": number.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 200
    assert answer.text.count("<dialog ") == 2
    assert 'aria-labelledby="assign-heading" open' not in answer.text


@pytest.mark.parametrize("name", ["assign", "advance", "resolve"])
@pytest.mark.parametrize("pk", ["\x00", "1\x00", "1.5", str(2**63), "-1", "x" * 5000])
def test_a_dialog_of_the_disputes_stays_shut_for_a_key_that_is_none(lea, name, pk):
    make_dispute()
    page = Person(lea).page("/disputes/", **{name: pk})
    assert "open" not in page.by_id(f"dispute-{name}")


@pytest.mark.parametrize("version", [["x", "1"], ["1.0"], [" 1 "]])
def test_an_odd_version_that_was_taken_is_told_as_old(ada, lea, version):
    ticket = make_ticket(assignee=ada)
    triage.set_priority(ticket=ticket.pk, priority="high", by=lea)
    answer = Person(ada).post(f"/tickets/{ticket.number}/status/", status="pending", version=version)
    assert heard(answer, "refused")["code"] == "stale"


def test_a_key_with_a_nul_is_refused_in_words(ada):
    ticket = make_ticket(assignee=ada)
    answer = Person(ada).post(f"/tickets/{ticket.number}/status/", status="pending", key="a\x00b")
    assert answer.status_code == 400
