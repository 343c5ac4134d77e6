"""The SLA board: what breaches next and why, who may see it, and what is done to many lines at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.audit.models import SupportActionLog
from support_management.disputes import lifecycle
from support_management.events.suppression import quietly
from support_management.notifications.models import SupportNotification
from support_management.sla.clock import next_due
from support_management.sla.lifecycle import sweep
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import conversation, ownership
from support_management.tickets.models import Ticket
from tests import html
from tests.factories import make_dispute, make_old, make_order, make_ticket, make_tickets
from tests.pages.builders import Person, heard
from tests.past import erase_clocks

pytestmark = pytest.mark.django_db
MOST_QUERIES = 24


def tree(answer) -> html.Node:
    return html.parse(answer.content.decode())


def shown(page, slug: str) -> list[str]:
    return [row["id"] for row in page.by_id(f"sla-{slug}-list").elements]


def boxes(page) -> list[str]:
    return [node["value"] for node in page.all(lambda node: node.get("name") == "pick")]


def box(page, element: str) -> str:
    return page.by_id(element).all(lambda node: node.get("name") == "pick")[0]["value"]


def unpromised(**facts) -> Ticket:
    ticket = make_ticket(**facts)
    with quietly():
        erase_clocks(OrderDisputeSLA.objects.filter(ticket=ticket))
        next_due.ticket(ticket.pk)
    return ticket


class TestWhoMaySeeIt:
    def test_lea_and_ira_do(self, lea, ira):
        assert [Person(who).get("/sla/").status_code for who in (lea, ira)] == [200, 200]

    @pytest.mark.parametrize("path", ["/sla/", "/sla/lists/next/all/"])
    def test_ada_is_told_for_whom_it_is(self, ada, path):
        answer = Person(ada).get(path)
        assert answer.status_code == 403
        assert "team leads and admins" in answer.content.decode()

    def test_ada_changes_nothing_there(self, ada):
        make_ticket(assignee=ada)
        clock = OrderDisputeSLA.objects.first()
        pick = f"ticket-{clock.ticket_id}-{clock.pk}.1"
        answer = Person(ada).post("/sla/act/", act="extend", minutes=30, reason="Mine", pick=pick)
        assert answer.status_code == 403
        assert OrderDisputeSLA.objects.get(pk=clock.pk).extra_seconds == 0

    def test_ada_sees_the_story_of_her_work_and_zoe_does_not(self, ada, zoe):
        ticket = make_ticket(assignee=ada)
        assert Person(ada).get(f"/sla/clocks/ticket/{ticket.pk}/").status_code == 200
        assert Person(zoe).get(f"/sla/clocks/ticket/{ticket.pk}/").status_code == 404


class TestWhatItShows:
    def test_each_clock_lies_in_its_list_and_the_next_to_breach_comes_first(self, lea, ada):
        late = make_old(make_ticket(), by=timedelta(hours=4, minutes=1))
        sweep.fire_due()
        slow, fast = make_ticket(priority="low"), make_ticket(priority="urgent")
        waiting, free = make_ticket(assignee=ada, status="pending"), unpromised()
        page = Person(lea).page("/sla/")
        assert shown(page, "late") == [f"sla-ticket-{late.pk}-first_response"]
        running = shown(page, "next")
        assert running.index(f"sla-ticket-{fast.pk}-first_response") == 0
        assert running.index(f"sla-ticket-{slow.pk}-resolution") == len(running) - 1
        assert shown(page, "paused") == [f"sla-ticket-{waiting.pk}-resolution"]
        assert shown(page, "none") == [f"sla-ticket-{free.pk}-none"]

    def test_a_paused_clock_says_for_whom_it_waits_and_since_when(self, lea, ada):
        ticket = make_ticket(assignee=ada, status="pending")
        row = Person(lea).page("/sla/").by_id(f"sla-ticket-{ticket.pk}-resolution").text
        assert (
            "Paused, resolution: 23h 59m waiting on customer" in row
            or "Paused, resolution: 1d 0h waiting on customer" in row
        )
        assert "Pending for 0m" in row

    def test_disputes_and_orders_without_a_promise_are_not_silent(self, lea):
        dispute = make_dispute()
        with quietly():
            erase_clocks(OrderDisputeSLA.objects.all())
            next_due.dispute(dispute.pk)
        page = Person(lea).page("/sla/")
        assert shown(page, "none") == [f"sla-dispute-{dispute.pk}-none", f"sla-order-{dispute.order_id}-none"]

    def test_the_hour_has_a_block_per_clock_and_says_the_same_in_a_table(self, lea):
        make_tickets(2, priority="urgent")
        hour = Person(lea).page("/sla/").by_id("sla-hour")
        columns = hour.all(lambda node: "data-minute" in node)
        assert sum(int(column["data-count"]) for column in columns) == 2
        assert len(hour.all(lambda node: node.tag == "rect")) == 2
        assert "on track" in hour.all(lambda node: node.tag == "tbody")[0].text

    def test_a_late_sweep_says_so_and_a_good_one_is_silent(self, lea):
        ticket = make_ticket()
        banner = [Person(lea).page("/sla/").by_id("sla-sweep").with_("data-sweep-banner")[0]]
        make_old(ticket, by=timedelta(hours=4, minutes=1))
        banner.append(Person(lea).page("/sla/").by_id("sla-sweep").with_("data-sweep-banner")[0])
        assert ["hidden" in one for one in banner] == [True, False]
        assert "SLA checks are delayed" in banner[1].text

    @pytest.mark.parametrize("number", [2, 30])
    def test_it_costs_the_same_however_long_it_is(self, lea, ada, number):
        make_tickets(number, priority="urgent")
        make_dispute(assignee=ada)
        person = Person(lea)
        person.page("/sla/")
        with CaptureQueriesContext(connection) as asked:
            person.page("/sla/")
        assert len(asked) <= MOST_QUERIES

    def test_hostile_words_are_shown_not_run(self, lea):
        make_ticket(subject='<script>alert(1)</script> <b hx-get="/x">')
        assert "<script>alert" not in Person(lea).get("/sla/").content.decode()


class TestFilters:
    def test_each_narrows_every_list_and_stays_in_the_address(self, lea, ada):
        hers, free = make_ticket(assignee=ada, priority="high", type="payment"), make_ticket(type="order")
        dispute = make_dispute()
        person = Person(lea)
        asked = {
            "kind": "dispute",
            "metric": "first_response",
            "priority": "high",
            "queue": "payment",
            "owner": str(ada.pk),
            "website": str(hers.website_id),
        }
        found = {name: shown(person.page("/sla/", **{name: value}), "next") for name, value in asked.items()}
        assert found["kind"] == [f"sla-dispute-{dispute.pk}-resolution"]
        assert {one.rpartition("-")[2] for one in found["metric"]} == {"first_response"}
        for name in ("priority", "queue", "owner"):
            assert found[name] == [f"sla-ticket-{hers.pk}-first_response", f"sla-ticket-{hers.pk}-resolution"]
        assert f"sla-ticket-{free.pk}-resolution" in found["website"]
        page = person.page("/sla/", owner="none", kind="ticket")
        assert shown(page, "next") == [f"sla-ticket-{free.pk}-first_response", f"sla-ticket-{free.pk}-resolution"]
        assert page.with_("data-mass")[0]["action"] == "/sla/act/?kind=ticket&owner=none"

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        "asked",
        [
            {"kind": "x' OR 1=1"},
            {"metric": "\x00"},
            {"priority": "9"},
            {"website": "99999999999999999999999999"},
            {"queue": "../etc"},
            {"owner": "-1"},
            {"owner": "٣"},
            {"kind": ["ticket", "order"], "owner": ""},
        ],
    )
    def test_what_is_none_is_as_if_it_had_not_been_asked(self, lea, asked):
        make_ticket()
        answer = Person(lea).get("/sla/", **asked)
        assert answer.status_code == 200

    @pytest.mark.one_database
    @pytest.mark.parametrize("after", ["x", "1", "1|x", "99999999999999999999999|1", "1|-4", "1|1|1", "\x00"])
    @pytest.mark.parametrize("slug", ["next", "none"])
    def test_a_place_that_is_none_is_refused_in_words(self, lea, slug, after):
        for path in ("/sla/", f"/sla/lists/{slug}/all/"):
            answer = Person(lea).get(path, list=slug, after=after)
            assert answer.status_code == 400, after

    @pytest.mark.parametrize("path", ["/sla/lists/next/--/", "/sla/lists/secrets/all/", "/sla/clocks/cat/1/"])
    def test_a_part_that_is_none_does_not_exist(self, lea, path):
        assert Person(lea).get(path).status_code == 404


@pytest.mark.one_database
class TestTheRest:
    @pytest.mark.parametrize(("slug", "window"), [("next", 50), ("none", 12)])
    def test_a_long_list_leads_to_its_rest_and_back(self, lea, slug, window):
        make_tickets(60, priority="low")
        if slug == "none":
            with quietly():
                erase_clocks(OrderDisputeSLA.objects.all())
                for ticket in Ticket.objects.all():
                    next_due.ticket(ticket.pk)
        person = Person(lea, scripted=False)
        page = person.page("/sla/")
        assert len(shown(page, slug)) == window
        part = page.by_id(f"sla-{slug}")
        [more] = part.with_("data-list-more")
        last = page.by_id(f"sla-{slug}-list").elements[-1]["data-order"]
        scripted = person.page(more["data-rest"], after=last)
        assert all(row["data-order"] > last for row in scripted.elements)
        plain = tree(person.client.get(more["href"]))
        assert shown(plain, slug) == [row["id"] for row in scripted.elements]
        assert "Back to the first page" in plain.by_id(f"sla-{slug}").text


class TestManyAtOnce:
    def test_lea_extends_ten_and_is_told_of_each(self, lea):
        make_tickets(10)
        picks = boxes(Person(lea).page("/sla/", metric="resolution"))
        answer = Person(lea).post("/sla/act/", act="extend", minutes=30, reason="Bank holiday", pick=picks)
        assert heard(answer)["text"] == "10 updated."
        assert answer.content.decode().count("extended by 30 min.") == 10
        clocks = OrderDisputeSLA.objects.filter(metric="resolution")
        assert set(clocks.values_list("extra_seconds", flat=True)) == {1800}
        assert SupportActionLog.objects.filter(verb="extend").count() == 10

    def test_what_is_refused_says_why_and_the_rest_is_done(self, lea, ada):
        late, kept = make_old(make_ticket(), by=timedelta(hours=5)), make_ticket()
        sweep.fire_due()
        person = Person(lea)
        page = person.page("/sla/")
        picks = [box(page, f"sla-ticket-{one.pk}-first_response") for one in (late, kept)]
        answer = person.post("/sla/act/", act="extend", minutes=30, reason="Storm", pick=picks)
        assert heard(answer)["text"] == "1 updated, 1 failed."
        words = tree(answer).text
        assert f"{late.number}, first response: failed. This target is already breached" in words
        assert f"{kept.number}, first response: extended by 30 min." in words

    def test_she_gives_tickets_and_disputes_away_and_somebody_was_first(self, lea, ada, ben):
        ticket, taken, dispute = make_ticket(), make_ticket(), make_dispute()
        person = Person(lea)
        page = person.page("/sla/")
        picks = [
            box(page, f"sla-ticket-{ticket.pk}-first_response"),
            box(page, f"sla-ticket-{ticket.pk}-resolution"),
            box(page, f"sla-ticket-{taken.pk}-resolution"),
            box(page, f"sla-dispute-{dispute.pk}-resolution"),
            box(page, f"sla-order-{dispute.order_id}-resolution"),
        ]
        ownership.claim(ticket=taken.pk, by=ben)
        answer = person.post("/sla/act/", act="assign", assignee=ada.pk, reason="Help out", pick=picks)
        assert heard(answer)["text"] == "2 updated, 2 failed."
        assert "changed in the meantime" in answer.content.decode()
        assert "Orders have no assignee." in answer.content.decode()
        assert Ticket.objects.get(pk=ticket.pk).assignee == ada
        assert Ticket.objects.get(pk=taken.pk).assignee == ben
        assert type(dispute).objects.get(pk=dispute.pk).assignee == ada

    def test_she_asks_the_owners_to_look(self, lea, ada):
        hers, free = make_ticket(assignee=ada), make_ticket()
        SupportNotification.objects.all().delete()
        person = Person(lea)
        page = person.page("/sla/")
        picks = [box(page, f"sla-ticket-{one.pk}-resolution") for one in (hers, free)]
        answer = person.post("/sla/act/", act="notify", reason="Bank called", pick=picks)
        assert "Ada Agent was notified." in answer.content.decode()
        assert "It is unassigned. Assign it first." in answer.content.decode()
        [notice] = SupportNotification.objects.all()
        assert (notice.recipient, notice.kind) == (ada, "asked")
        assert notice.text.endswith("Lea Lead asks you to take a look: Bank called")

    def test_work_without_a_promise_has_nothing_to_extend(self, lea):
        ticket = unpromised()
        pick = f"ticket-{ticket.pk}-0.{ticket.version}"
        answer = Person(lea).post("/sla/act/", act="extend", minutes=5, reason="x", pick=pick)
        assert "nothing to extend" in answer.content.decode()
        assert heard(answer, "refused")["text"].startswith("Nothing was updated.")

    def test_the_same_form_twice_acts_once(self, lea):
        make_ticket()
        person = Person(lea)
        picks = boxes(person.page("/sla/", metric="resolution"))
        facts = {"act": "extend", "minutes": 30, "reason": "Once", "pick": picks, "key": "the-same"}
        answers = [person.post("/sla/act/", **facts) for _ in range(2)]
        assert answers[0].content == answers[1].content
        assert OrderDisputeSLA.objects.get(metric="resolution").extra_seconds == 1800

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({}, "Choose an action."),
            ({"act": "explode"}, "Choose an action."),
            ({"act": "extend", "reason": "x"}, "Enter the number of minutes."),
            ({"act": "extend", "minutes": "0", "reason": "x"}, "greater than or equal to 1"),
            ({"act": "extend", "minutes": "5"}, "Enter a reason for the extension."),
            ({"act": "assign"}, "Choose an assignee."),
            ({"act": "assign", "assignee": str(2**62)}, "This agent does not exist."),
            ({"act": "notify", "pick": ["ticket-1", "x", "\x00"]}, "Select at least one item first."),
            ({"act": "notify", "pick": ["ticket-1-1.1"] * 151}, "Select at most 150 items."),
        ],
    )
    def test_what_cannot_be_done_is_refused_in_words(self, lea, facts, sentence):
        make_ticket()
        picks = boxes(Person(lea).page("/sla/"))
        answer = Person(lea).post("/sla/act/", **{"pick": picks} | facts)
        assert 400 <= answer.status_code < 500
        assert sentence in heard(answer, "refused")["text"]

    def test_a_line_that_is_gone_is_refused_alone(self, lea):
        answer = Person(lea).post("/sla/act/", act="extend", minutes=5, reason="x", pick="ticket-999-999.1")
        assert "deleted item: failed." in tree(answer).text

    def test_without_scripts_the_board_comes_back_with_what_was_done(self, lea):
        make_ticket()
        person = Person(lea, scripted=False)
        picks = boxes(person.page("/sla/", metric="resolution"))
        answer = person.post("/sla/act/?metric=resolution", act="extend", minutes=5, reason="Storm", pick=picks)
        assert answer.status_code == 200
        page = tree(answer)
        assert "extended by 5 min." in page.by_id("results").text
        assert shown(page, "next") == [f"sla-ticket-{Ticket.objects.get().pk}-resolution"]

    def test_without_scripts_a_refusal_keeps_what_was_typed_and_ticked(self, lea):
        make_ticket()
        person = Person(lea, scripted=False)
        picks = boxes(person.page("/sla/", metric="resolution"))
        answer = person.post("/sla/act/?metric=resolution", act="extend", minutes=5, pick=picks)
        assert answer.status_code == 400
        form = tree(answer).by_id("sla-do")
        assert "Enter a reason for the extension." in form.text
        assert form.all(lambda node: node.get("name") == "minutes")[0]["value"] == "5"
        ticked = tree(answer).all(lambda node: node.get("name") == "pick" and "checked" in node)
        assert [one["value"] for one in ticked] == picks


class TestTheStory:
    def test_it_says_why_it_is_due_then_and_who_moved_it(self, lea, ada, cleo):
        ticket = make_ticket(by=cleo, order=make_order(), assignee=ada)
        conversation.reply(ticket=ticket.pk, by=ada, body="Which card?", status="pending")
        conversation.reply(ticket=ticket.pk, by=cleo, body="The blue one.")
        clock = OrderDisputeSLA.objects.get(ticket=ticket, metric="resolution")
        pick = f"ticket-{ticket.pk}-{clock.pk}.1"
        assert (
            Person(lea).post("/sla/act/", act="extend", minutes=90, reason="Bank is closed", pick=pick).status_code
            == 200
        )
        text = Person(ada).page(f"/sla/clocks/ticket/{ticket.pk}/").by_id("main").text
        for words in (
            "Policy Tickets, normal (version 1) sets a target of 1d 1h, 1h 30m of it added by a lead",
            "measured on the Always open calendar from",
            "Cleo Client: created",
            "Ada Agent: status pending",
            "Target 24h to 25h 30m",
            "Lea Lead: extended by 90 min: Bank is closed",
        ):
            assert words in text, words

    def test_the_ticket_s_own_page_tells_the_same(self, ada):
        ticket = make_ticket(assignee=ada)
        page = Person(ada).page(ticket.get_absolute_url())
        assert "Policy Tickets, normal (version 1) sets a target of" in page.by_id(f"clocks-ticket-{ticket.pk}").text

    def test_a_dispute_leads_to_it(self, lea, ada):
        dispute = make_dispute(assignee=ada)
        lifecycle.advance(dispute=dispute.pk, status="under_review", by=ada)
        page = Person(lea).page("/disputes/")
        links = [node.get("href") for node in page.by_id(f"clocks-dispute-{dispute.pk}").all(lambda n: n.tag == "a")]
        assert links == [f"/sla/clocks/dispute/{dispute.pk}/"]
        assert "dispute opened" in Person(lea).page(links[0]).by_id("main").text

    def test_an_order_without_a_promise_says_so(self, lea):
        order = make_order()
        text = Person(lea).page(f"/sla/clocks/order/{order.pk}/").by_id("main").text
        assert "No SLA: no policy matches" in text


class TestPausedChips:
    def test_a_row_of_the_queue_says_for_whom_the_work_waits(self, lea, ada):
        ticket = make_ticket(assignee=ada, priority="urgent")
        conversation.reply(ticket=ticket.pk, by=ada, body="Which card?", status="pending")
        row = Person(lea).page("/queue/").by_id(f"queue-high_priority-ticket-{ticket.pk}").text
        assert "Waiting on customer" in row
