"""One ticket: what its page shows to whom, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.people.assignment_rules import TransferReason
from support_management.people.availability import service
from support_management.people.models import User
from support_management.routing.dispatch import auto_assign
from support_management.routing.record import decisions
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.models import Ticket, TicketMessage
from tests import cast
from tests.factories import make_dispute, make_order, make_ticket
from tests.pages.builders import Person, ids_on

pytestmark = pytest.mark.django_db
MOST_QUERIES = 19


def at(ticket: Ticket) -> str:
    return f"/tickets/{ticket.number}/"


class TestWhatItShows:
    def test_header_timeline_and_context(self, ada):
        ticket = make_ticket(
            subject="Paid twice", body="See my statement.", order=make_order(title="Rivers"), assignee=ada
        )
        conversation.reply(ticket=ticket.pk, by=ada, body="I am looking.")
        conversation.note(ticket=ticket.pk, by=ada, body="Bank called.")
        triage.set_tags(ticket=ticket.pk, tags=["refund"], by=ada)
        page = Person(ada).page(at(ticket))
        for text in (
            "Paid twice",
            "See my statement.",
            "I am looking.",
            "Bank called.",
            "Internal",
            "Rivers",
            "refund",
        ):
            assert text in page.text
        header = page.by_id(f"ticket-{ticket.pk}-header").text
        for text in (ticket.number, "Open", "Normal", "General", "Ada Agent", "First response", "Resolution"):
            assert text in header

    def test_all_clocks_have_a_chip(self, ada):
        ticket = make_ticket(assignee=ada)
        conversation.reply(ticket=ticket.pk, by=ada, body="Here.")
        header = Person(ada).page(at(ticket)).by_id(f"ticket-{ticket.pk}-header")
        states = {node["data-state"] for node in header.all(lambda node: "sla" in node.classes)}
        assert states == {"on_track", "met"}

    def test_each_root_has_the_id_that_the_stream_names(self, ada):
        ticket = make_ticket(assignee=ada, order=make_order())
        page = Person(ada).page(at(ticket))
        for name in ("header", "controls", "audience", "timeline", "context", "requester"):
            assert page.by_id(f"ticket-{ticket.pk}-{name}") is not None, name

    def test_the_conversation_is_silent_until_somebody_is_in_it(self, ada):
        page = Person(ada).page(at(make_ticket(assignee=ada)))
        [log] = page.all(lambda node: node.get("role") == "log")
        assert (log["aria-live"], log["tabindex"]) == ("off", "0")

    def test_no_id_stands_twice(self, lea, ada):
        order = make_order()
        make_dispute(order=order)
        ticket = make_ticket(order=order, assignee=ada)
        ids = ids_on(Person(lea).page(at(ticket)))
        assert len(ids) == len(set(ids))

    def test_how_much_the_requester_asked_and_bought(self, ada):
        make_order()
        make_ticket()
        ticket = make_ticket(order=make_order())
        facts = Person(ada).page(at(ticket)).by_id(f"ticket-{ticket.pk}-requester").text
        assert "Orders2" in facts
        assert "Tickets2" in facts

    def test_the_order_with_its_disputes_and_the_way_to_open_one(self, ada):
        calm, disputed = make_order(), make_order()
        dispute = make_dispute(order=disputed)
        page = Person(ada).page(at(make_ticket(order=calm)))
        assert "Open a dispute for this order" in page.text
        page = Person(ada).page(at(make_ticket(order=disputed)))
        assert dispute.number in page.text
        assert "Open a dispute" not in page.text

    def test_a_dispute_that_is_anothers_is_not_shown(self, ada, ben):
        order = make_order()
        dispute = make_dispute(order=order, assignee=ben)
        assert dispute.number not in Person(ada).page(at(make_ticket(order=order))).text

    def test_hostile_words_are_shown_not_run(self, ada):
        evil = '<script>alert(1)</script><img src=x onerror=alert(1)> <b hx-post="/x">b</b> ‮evil'
        ticket = make_ticket(subject=evil, body=evil, order=make_order(title=evil))
        triage.set_tags(ticket=ticket.pk, tags=["<i>x"], by=ada)
        User.objects.filter(pk=ticket.requester_id).update(name="<u>Cleo")
        page = Person(ada).page(at(ticket))
        main = page.by_id("main")
        assert not main.all(lambda node: node.tag in ("script", "img", "u") or "onerror" in node)
        assert not [node for node in main.with_("hx-post") if node["hx-post"] == "/x"]
        assert "<script>alert(1)</script>" in main.text

    def test_a_long_timeline_shows_its_end_and_the_way_to_its_beginning(self, ada):
        ticket = make_ticket(assignee=ada, body="The very first words")
        TicketMessage.objects.bulk_create(
            TicketMessage(ticket=ticket, kind="note", author=ada, body=f"Note {i}") for i in range(205)
        )
        person = Person(ada)
        page = person.page(at(ticket))
        assert "The very first words" not in page.text
        assert "Note 204" in page.text
        [link] = [node for node in page.with_("href") if "before=" in node["href"]]
        earlier = person.client.get(link["href"]).content.decode()
        assert "The very first words" in earlier
        assert "Back to the latest" in earlier

    @pytest.mark.parametrize("who", ["ada", "lea"])
    def test_it_costs_the_same_however_long_the_talk(self, who, request, ada, ben):
        user = request.getfixturevalue(who)
        order = make_order()
        make_dispute(order=order)
        ticket = make_ticket(assignee=ada, order=order)
        person, asked = Person(user), []
        for _ in range(2):
            for i in range(5):
                conversation.note(ticket=ticket.pk, by=ada, body=f"Note {i}")
            with CaptureQueriesContext(connection) as queries:
                person.page(at(ticket))
            asked.append(len(queries))
        assert asked[0] == asked[1] <= MOST_QUERIES


class TestWhoMay:
    def test_what_is_not_theirs_to_see_does_not_exist(self, zoe, ben, ada):
        ticket = make_ticket(assignee=ada)
        assert Person(zoe).get(at(ticket)).status_code == 404
        assert Person(ben).get(at(ticket)).status_code == 200
        assert Person(ada).get("/tickets/T-999999/").status_code == 404

    def test_the_owner_gets_every_control(self, ada):
        ticket = make_ticket(assignee=ada)
        controls = Person(ada).page(at(ticket)).by_id(f"ticket-{ticket.pk}-controls")
        actions = [node["action"].split("/")[-2] for node in controls.with_("action")]
        assert actions == ["status", "priority", "type", "tags", "assign"]

    def test_what_is_free_can_be_taken_but_not_given_by_an_agent(self, ada):
        ticket = make_ticket()
        page = Person(ada).page(at(ticket))
        assert "Assign to me" in page.by_id(f"ticket-{ticket.pk}-header").text
        assert not [node for node in page.with_("action") if node["action"].endswith("/assign/")]

    def test_an_admin_owns_no_work_and_is_not_offered_any(self, ira):
        ticket = make_ticket()
        assert "Assign to me" not in Person(ira).page(at(ticket)).by_id(f"ticket-{ticket.pk}-header").text

    def test_who_only_took_part_may_read_and_leave_a_note(self, ada, ben, lea):
        ticket = make_ticket(assignee=ada)
        ownership.assign(ticket=ticket.pk, to=ben, by=lea)
        page = Person(ada).page(at(ticket))
        assert not page.by_id(f"ticket-{ticket.pk}-controls").with_("action")
        assert "Assigned to Ben Agent. You can add internal notes." in page.text
        assert page.by_id(f"ticket-{ticket.pk}-audience")["data-only"] == "note"
        assert "checked" in page.by_id("kind-note")

    def test_a_closed_ticket_takes_notes_and_says_where_new_questions_go(self, ada):
        ticket = make_ticket(assignee=ada, status="closed")
        page = Person(ada).page(at(ticket))
        assert "opens a follow-up" in page.text
        assert "Resolve" not in page.by_id(f"ticket-{ticket.pk}-header").text


class TestLinksInTexts:
    def bodies(self, person, ticket):
        page = Person(person).page(at(ticket))
        return page.all(lambda node: "msg-body" in node.classes)

    def test_addresses_and_numbers_of_tickets_are_links(self, ada, cleo):
        other = make_ticket(assignee=ada)
        words = f"As in {other.number}, see https://en.example/wiki/T-1_(x)). Not AT-1 or T-1-2."
        ticket = make_ticket(assignee=ada, body=words)
        conversation.note(ticket=ticket.pk, by=ada, body=f"({other.number})")
        question, note = self.bodies(ada, ticket)
        assert question.text == words
        links = [node["href"] for node in question.all(lambda node: node.tag == "a")]
        assert links == [at(other), "https://en.example/wiki/T-1_(x)"]
        assert [node["href"] for node in note.all(lambda node: node.tag == "a")] == [at(other)]
        assert all(node["dir"] == "auto" for node in question.all(lambda node: node.tag == "p"))

    def test_a_number_tells_nothing_of_a_ticket_that_its_reader_may_not_see(self, zoe, lea):
        """Hidden or missing, the link is the same for everybody; what it leads to answers as it always does."""
        hidden, missing = make_ticket(), "/tickets/T-999999/"
        words = f"{hidden.number} T-999999"
        ticket = make_ticket(assignee=zoe, website_id=cast.south().pk, body=words)
        for reader, statuses in ((zoe, [404, 404]), (lea, [200, 404])):
            [body] = self.bodies(reader, ticket)
            links = [node["href"] for node in body.all(lambda node: node.tag == "a")]
            assert links == [at(hidden), missing]
            assert [Person(reader).get(href).status_code for href in links] == statuses

    def test_markup_around_them_stays_text(self, ada):
        ticket = make_ticket(assignee=ada, body='<a href="/tickets/T-1/">T-1</a> https://x.example/"><b>')
        [body] = self.bodies(ada, ticket)
        assert {node.tag for node in body.all(lambda node: True)} <= {"div", "p", "a"}
        assert body.text == '<a href="/tickets/T-1/">T-1</a> https://x.example/"><b>'


def why(person, ticket) -> str:
    return Person(person).page(ticket.get_absolute_url()).by_id(f"ticket-{ticket.pk}-why").text


class TestWhyWhoHasIt:
    def test_who_took_it_and_through_whose_hands_it_went(self, ada, lea):
        ticket = make_ticket()
        ownership.claim(ticket=ticket.pk, by=ada)
        ownership.assign(ticket=ticket.pk, to=lea, by=lea, reason="Hard case")
        panel = Person(lea).page(ticket.get_absolute_url()).by_id(f"ticket-{ticket.pk}-why")
        assert panel.text.startswith("Why me?"), "her browser shows the word me, every other hides it"
        assert panel["data-owner"] == str(lea.pk)
        assert "To Lea Lead from Ada Agent" in panel.text

    def test_why_nobody_takes_it_with_everybody_s_reason(self, ada, lea, zoe):
        ticket = make_ticket()
        for person in (ada, lea):
            service.set_status(user=person.pk, says="break", by=person)
        decisions.store_unplaced([auto_assign.preview(ticket)], "sweep")
        panel = Person(ada).page(ticket.get_absolute_url()).by_id(f"ticket-{ticket.pk}-why").text
        assert panel.startswith("Routing")
        assert "No eligible agent:" in panel
        assert "Zoe AgentDoes not cover this website" in panel

    @pytest.mark.parametrize("later", ["released", "moved by an import", "handed on and returned"])
    def test_a_decision_about_an_earlier_owner_is_not_the_reason(self, ada, ben, lea, later):
        ticket = make_ticket()
        ownership.claim(ticket=ticket.pk, by=ada)
        assert "Claimed by Ada Agent" in why(ada, ticket)
        if later == "released":
            ownership.release(ticket=ticket.pk, by=ada)
        elif later == "moved by an import":
            Ticket.objects.filter(pk=ticket.pk).update(assignee=lea)
        else:
            back = TransferReason("returned", "returned")
            for to in (ben, ada):
                ownership.assign(ticket=ticket.pk, to=to, by=None, why=back)
        panel = why(lea, ticket)
        assert "Claimed by Ada Agent" not in panel
        assert "To Ada Agent" in panel, "the history still tells it"

    def test_a_queue_that_is_not_handed_out_says_so(self, ada):
        ticket = make_ticket()
        panel = Person(ada).page(ticket.get_absolute_url()).by_id(f"ticket-{ticket.pk}-why").text
        assert "This queue is not assigned automatically." in panel
