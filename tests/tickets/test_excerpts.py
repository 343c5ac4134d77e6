"""A page stays small whatever is written in its messages."""

import pytest

from support_management.api import pagination
from support_management.events.suppression import quietly
from support_management.tickets import conversation, excerpts, queries
from support_management.tickets.models import TicketMessage
from tests.admin.conftest import page_of
from tests.api.program import Program
from tests.factories import make_ticket
from tests.pages.builders import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(monkeypatch):
    """Limits at which a test needs no megabytes."""
    for name, number in {"LONGEST": 1_000, "BEGINNING": 300, "MOST": 1_000}.items():
        monkeypatch.setattr(excerpts, name, number)
    monkeypatch.setattr(pagination, "MOST_TEXT", 9_000)


@pytest.fixture
def flooded(ada, small):
    """Ten long messages."""
    ticket = make_ticket(assignee=ada, body="How it began")
    fields = {"ticket": ticket, "kind": "requester", "author": ticket.requester, "body": "&" * 2_000}
    with quietly():
        TicketMessage.objects.bulk_create(TicketMessage(**fields) for _ in range(10))
    return ticket


def links(page, text: str) -> list[str]:
    return [node["href"] for node in page.all(lambda node: node.tag == "a" and node.text == text)]


def test_a_long_message_is_shown_by_its_beginning_and_the_rest_is_one_click_away(ada):
    ticket = make_ticket(assignee=ada, body="word " * 10_000 + "the end")
    page = Person(ada).page(f"/tickets/{ticket.number}/")
    [link] = links(page, "Show all")
    assert "the end" not in page.text
    assert len(page.text) < 10_000
    whole = Person(ada).page(link)
    assert "the end" in whole.text
    assert whole.all(lambda node: node.get("href") == ticket.get_absolute_url())


def test_a_message_of_usual_length_is_whole(ada):
    ticket = make_ticket(assignee=ada, body="word " * 1_000 + "the end")
    page = Person(ada).page(f"/tickets/{ticket.number}/")
    assert "the end" in page.text
    assert not links(page, "Show all")


def test_a_flooded_ticket_comes_in_pages_and_everything_can_be_reached(ada, flooded):
    person, address, pages = Person(ada), [f"/tickets/{flooded.number}/"], []
    while address:
        page = person.page(address[0])
        pages.append(page.all(lambda node: node.tag == "li" and "msg" in node.classes))
        address = links(page, "Show earlier messages")
    assert [len(messages) for messages in pages] == [3, 3, 3, 2]
    assert "How it began" in pages[-1][0].text


def test_its_messages_are_read_by_their_beginning_in_one_query(ada, flooded, django_assert_num_queries):
    keys = [message.pk for message in flooded.messages.all()]
    with django_assert_num_queries(1):
        messages = excerpts.load(queries.entries(keys))
        assert max(len(message.body) for message in messages) == excerpts.BEGINNING
        assert {message.hidden for message in messages if message.kind == "requester"} == {0, 1_700}


def test_a_page_of_the_api_ends_before_it_is_too_long(ada, flooded):
    program, cursor, keys = Program(ada), {}, []
    while True:
        answer = program.get(f"tickets/{flooded.pk}/messages/", limit="100", **cursor)
        assert len(answer.content) < 40_000
        facts = answer.json()
        keys += [row["id"] for row in facts["results"]]
        if not facts["next"]:
            break
        cursor = {"cursor": facts["next"].partition("cursor=")[2].partition("&")[0]}
    assert keys == sorted(flooded.messages.values_list("pk", flat=True))
    assert program.get(f"tickets/{flooded.pk}/messages/", ordering="-id").json()["previous"] is None


def test_the_administration_shows_beginnings(client, ira, flooded):
    client.force_login(ira)
    answer = client.get(page_of(type(flooded), "change", flooded.pk))
    assert answer.status_code == 200
    assert "&amp;" * 400 in answer.text
    assert "&amp;" * 501 not in answer.text


def test_a_message_is_seen_by_who_sees_its_ticket(ada, ben, zoe, lea):
    ticket = make_ticket(assignee=ada)
    conversation.note(ticket=ticket.pk, by=ada, body="Only for us")
    address = f"/messages/{ticket.messages.last().pk}/"
    assert "Only for us" in Person(lea).page(address).text
    assert Person(zoe).get(address).status_code == 404
    assert Person(ada).get(f"/messages/{2**63}/").status_code == 404
