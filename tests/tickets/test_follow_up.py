"""A message of the requester on a closed ticket opens a linked follow-up."""

import pytest

from support_management.core.errors import Conflict
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import conversation, queries
from support_management.tickets.models import Ticket, TicketMessage
from tests.factories import make_order, make_ticket
from tests.invariants import assert_desk_is_right
from tests.pages.builders import Person
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(ada, cleo) -> Ticket:
    return make_ticket(assignee=ada, status="closed", order=make_order(), type="order", priority="high", tags=["late"])


def texts(ticket: Ticket, kind: str) -> list[str]:
    return list(TicketMessage.objects.filter(ticket=ticket, kind=kind).order_by("id").values_list("body", flat=True))


class TestOpen:
    def test_cleos_words_are_its_first_message(self, closed, ada, cleo):
        row = conversation.reply(ticket=closed.pk, by=cleo, body="It is late again")
        assert row.pk != closed.pk
        opened = queries.for_page(Ticket.objects.filter(pk=row.pk)).get()
        assert (opened.follow_up_of, opened.requester, opened.status) == (closed, cleo, "new")
        assert (opened.subject, opened.type, opened.order_id) == (closed.subject, closed.type, closed.order_id)
        assert (opened.website_id, opened.assignee, opened.priority_word) == (closed.website_id, None, "normal")
        assert texts(opened, "requester") == ["It is late again"]
        assert set(OrderDisputeSLA.objects.filter(ticket=opened, is_open=True).values_list("metric", flat=True)) == {
            "first_response",
            "resolution",
        }
        assert texts(opened, "system") == [f"Follow-up of {closed.number}"]
        after = Ticket.objects.get(pk=closed.pk)
        assert (after.status, after.version) == ("closed", closed.version + 1)
        assert texts(closed, "system")[-1] == f"Follow-up {opened.number} opened"
        assert not OrderDisputeSLA.objects.filter(ticket=closed, is_open=True).exists()
        assert_desk_is_right()

    def test_an_agents_own_question_has_one_too(self, ada, ben):
        asked = make_ticket(requester=ada, assignee=ben, status="closed")
        assert conversation.reply(ticket=asked.pk, by=ada, body="Again").follow_up_of_id == asked.pk

    def test_nobody_else_opens_one(self, closed, ada, lea, ira, wim):
        for person in (ada, lea, ira):
            with refused("closed", Conflict):
                conversation.reply(ticket=closed.pk, by=person, body="Hello?")
        with refused("not_found"):
            conversation.reply(ticket=closed.pk, by=wim, body="Hello?")
        assert not closed.follow_ups.exists()

    def test_both_pages_show_the_link(self, closed, lea, cleo):
        opened = conversation.reply(ticket=closed.pk, by=cleo, body="Again")
        for shown, other in ((closed, opened), (opened, closed)):
            header = Person(lea).page(f"/tickets/{shown.number}/").by_id(f"ticket-{shown.pk}-header")
            links = [node["href"] for node in header.all(lambda node: node.tag == "a")]
            assert f"/tickets/{other.number}/" in links
