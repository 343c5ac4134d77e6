"""Lea looks at what is promised and asks which policy wins; agents do not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.models import SLAPolicy, SLAPolicyVersion
from support_management.sla import policy_editing
from tests import cast
from tests.factories import make_ticket
from tests.pages.builders import Person
from tests.past import erase

pytestmark = pytest.mark.django_db
HOUR = [{"metric": "resolution", "minutes": 90}]


@pytest.fixture
def vip(ira) -> SLAPolicy:
    asked = {"website": cast.north().pk, "tag": ["vip", "late"], "kind": "ticket"}
    said = policy_editing.PolicyValues(
        name="Vip <b>", position=1, conditions=asked, targets=HOUR, pause_on=[], thresholds=[]
    )
    return policy_editing.create(by=ira, values=said)


def test_lea_sees_each_promise_in_words_in_its_order(lea, vip):
    SLAPolicy.objects.filter(name="Orders").update(active=False)
    page = Person(lea).get("/sla/policies/").text
    assert "Vip &lt;b&gt;" in page
    assert "Type: ticket; website: North; tag: vip or late" in page
    assert "Resolution <b>1h 30m</b>" in page
    assert "First response <b>4h</b>" in page
    assert page.index("Vip &lt;b&gt;") < page.index("Tickets, urgent") < page.index("<bdi>Disputes")
    assert page.count(">Inactive<") == 1
    assert f"/sla/calendars/{vip.calendar_id}/" in page
    assert "/admin/" not in page


def test_ira_finds_the_way_to_change_them(ira, vip):
    assert "/admin/support_management/slapolicy/" in Person(ira).get("/sla/policies/").text


def test_which_one_wins_needs_no_script(lea, vip):
    ticket = make_ticket(tags=["late"])
    person = Person(lea, scripted=False)
    page = person.get("/sla/policies/", ticket=ticket.number.removeprefix("T-")).text
    assert f"<strong><bdi>Vip &lt;b&gt;</bdi></strong> applies to {ticket.number}, at position 1." in page
    assert "It is the first policy checked." in page
    other = make_ticket(priority="urgent", website_id=cast.south().pk)
    page = person.get("/sla/policies/", ticket=other.number).text
    assert "<bdi>Vip &lt;b&gt;</bdi> does not match: requires website North, has South." in page
    assert page.count(f"pplies to {other.number}") == 2


def test_no_winner_is_said(lea):
    ticket = make_ticket()
    SLAPolicy.objects.update(active=False)
    page = Person(lea).get("/sla/policies/", ticket=ticket.number).text
    assert "<strong>No policy applies</strong>" in page
    assert page.count("does not match: inactive.") == 7


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("x" * 5000, "Enter a ticket number like T-10482."),
        ('"><script>', "Enter a ticket number like T-10482."),
        ("\x00", "Enter a ticket number like T-10482."),
        ("T-999999999999999", "Ticket T-999999999999999 does not exist or you don&#x27;t have access to it."),
    ],
)
def test_what_cannot_be_answered_is_said_on_the_page(lea, asked, said):
    answer = Person(lea).get("/sla/policies/", ticket=asked)
    assert answer.status_code == 200
    assert said in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("cleo", 403), ("lea", 200), ("ira", 200)])
def test_it_is_for_leads(request, who, status):
    assert Person(request.getfixturevalue(who)).get("/sla/policies/").status_code == status


def test_without_policies_it_says_so(lea):
    erase(SLAPolicyVersion.objects.all())
    SLAPolicy.objects.all().delete()
    assert "No policies yet, so nothing has an SLA." in Person(lea).get("/sla/policies/").text


def test_many_policies_cost_as_many_queries_as_few(lea, ira):
    person, ticket = Person(lea), make_ticket()
    few = _cost(person, ticket)
    for number in range(20):
        policy_editing.create(
            by=ira, values=policy_editing.PolicyValues(name=f"P{number}", targets=HOUR, position=1, active=False)
        )
    assert _cost(person, ticket) == few


def _cost(person: Person, ticket) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert person.get("/sla/policies/", ticket=ticket.number).status_code == 200
    return len(asked)
