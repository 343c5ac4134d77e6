"""The dispute board: columns, money, clocks, and what can be done to a card."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.core.time import now
from support_management.disputes import lifecycle, queries
from support_management.disputes.models import Dispute
from support_management.people.viewer import viewer_of
from support_management.tickets.models import Ticket
from tests import html
from tests.factories import make_dispute, make_order
from tests.followed_page import Screen, assert_screen_follows
from tests.pages.builders import Person, heard, ids_on

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def cards(page, column: str) -> list[str]:
    return [card["data-number"] for card in page.by_id(f"disputes-{column}-list").elements]


def head(page, column: str) -> str:
    return page.by_id(f"disputes-{column}-head").text


class TestTheBoard:
    def test_cards_stand_in_their_columns_what_falls_due_first(self, ada):
        first, second = make_dispute(), make_dispute()
        moved = make_dispute(assignee=ada)
        lifecycle.advance(dispute=moved.pk, status="under_review", by=ada)
        page = Person(ada).page("/disputes/")
        assert cards(page, "open") == [first.number, second.number]
        assert cards(page, "under_review") == [moved.number]

    def test_heads_sum_up_what_is_at_risk_per_currency(self, ada):
        make_dispute(order=make_order(amount="1240.00", currency="USD"))
        make_dispute(order=make_order(amount="48000", currency="JPY"))
        make_dispute(order=make_order(amount="100.50", currency="GBP"))
        make_dispute(order=make_order(amount="99.50", currency="GBP"))
        words = head(Person(ada).page("/disputes/"), "open")
        assert words.split("£")[0].replace(" ", "") == "Open4Amountatrisk:"
        assert "£200.00 · ¥48,000 · $1,240.00" in words

    def test_the_title_counts_what_is_open(self, ada):
        make_dispute()
        assert "<title>(1) Disputes · Support Console</title>" in Person(ada).get("/disputes/").text

    def test_a_card_has_two_clocks(self, ada):
        dispute = make_dispute(external_deadline=now() + timedelta(days=5, minutes=1))
        card = Person(ada).page("/disputes/").by_id(f"disputes-dispute-{dispute.pk}")
        shown = card.all(lambda node: node.tag == "time" and node.closest("popover") is None)
        assert [node.text for node in shown] == ["2d 23h", "5d 0h"]

    def test_agents_see_their_own_and_free_ones_leads_all(self, ada, ben, lea):
        bens = make_dispute(assignee=ben)
        assert bens.number not in Person(ada).page("/disputes/").text
        assert bens.number in Person(lea).page("/disputes/").text

    def test_hostile_words_are_shown_not_run(self, ada):
        make_dispute(order=make_order(title='<script>alert(1)</script>"><b hx-get=x>'))
        main = Person(ada).page("/disputes/").by_id("main")
        assert not main.all(lambda node: node.tag in ("script", "b"))
        assert "<script>alert(1)</script>" in main.text

    def test_no_id_stands_twice(self, lea):
        make_dispute()
        ids = ids_on(Person(lea).page("/disputes/"))
        assert len(ids) == len(set(ids))

    @pytest.mark.parametrize("number", [1, 12])
    @pytest.mark.parametrize("who", ["ada", "lea"])
    def test_it_costs_the_same_however_many(self, who, number, request):
        person = Person(request.getfixturevalue(who))
        for _ in range(number):
            make_dispute()
        with CaptureQueriesContext(connection) as asked:
            person.page("/disputes/")
        assert len(asked) <= MOST_QUERIES


class TestTheRest:
    """Windows are made small here: what counts is where one page ends and the next begins."""

    @pytest.fixture
    def small(self, monkeypatch):
        monkeypatch.setattr(queries, "WINDOW", 2)

    @pytest.mark.parametrize("column", ["open", "resolved"])
    def test_more_leads_through_the_whole_column_and_repeats_nothing(self, ada, small, column):
        made = [make_dispute(assignee=ada) for _ in range(5)]
        if column == "resolved":
            for row in made:
                lifecycle.resolve(dispute=row.pk, outcome="withdrawn", notes="x", by=ada)
        Dispute.objects.filter(pk__in=[row.pk for row in made[1:4]]).update(
            **{"resolved_at" if column == "resolved" else "next_due_at": now() - timedelta(hours=1)}
        )
        person = Person(ada)
        page = person.page("/disputes/")
        some, found = page.by_id(f"disputes-{column}-list").elements, []
        assert "2 of 5 shown" in page.by_id(f"disputes-{column}-list").closest("data-part").text
        while some:
            found += [card["data-number"] for card in some]
            some = person.page(f"/disputes/columns/{column}/", after=some[-1]["data-order"]).elements
        assert sorted(found) == sorted(row.number for row in made)
        assert found == [row.number for row in queries.column(column, viewer_of(ada))]

    def test_without_scripts_the_link_leads_to_the_rest_and_back(self, ada, small):
        made = [make_dispute() for _ in range(3)]
        person = Person(ada, scripted=False)
        [link] = [node for node in person.page("/disputes/").with_("data-list-more") if "hidden" not in node]
        page = html.parse(person.client.get(link["href"]).content.decode())
        assert cards(page, "open") == [made[2].number]
        part = page.by_id("disputes-open-list").closest("data-part")
        assert "Back to the first page" in part.text
        assert "data-list" not in page.by_id("disputes-open-list"), "the stream puts nothing into the middle"

    def test_who_leaves_a_long_column_lets_the_next_one_move_up(self, ada, small):
        first, *_ = [make_dispute(assignee=ada) for _ in range(4)]
        screen = Screen(ada, "/disputes/")
        assert_screen_follows(
            screen, lambda: lifecycle.advance(dispute=first.pk, status="under_review", by=ada), changes=True
        )

    @pytest.mark.parametrize("after", ["x", "1|1", "5|1|1", f"1|{10**30}|1", "1|1|-1", "\x00", f"9|{-(10**30)}|1"])
    def test_a_place_that_is_none_is_refused_in_words(self, ada, after):
        for path in ("/disputes/", "/disputes/columns/open/"):
            answer = Person(ada).get(path, column="open", after=after)
            assert answer.status_code == 400
            assert "not a valid position in the list" in answer.content.decode()

    def test_a_column_that_is_none_does_not_exist(self, ada):
        assert Person(ada).get("/disputes/columns/secrets/").status_code == 404

    def test_decisions_of_one_moment_keep_their_order_to_the_microsecond(self):
        early, late = (Dispute(pk=1, resolved_at=now().replace(microsecond=at)) for at in (500_000, 500_001))
        assert late.order_key < early.order_key


class TestActions:
    def test_ada_takes_a_free_one(self, ada):
        dispute = make_dispute()
        answer = Person(ada).post(f"/disputes/{dispute.pk}/assign/", assignee="me")
        assert heard(answer)["text"] == f"{dispute.number} assigned to Ada Agent."
        assert Dispute.objects.get(pk=dispute.pk).assignee == ada

    def test_lea_gives_it_to_ada(self, lea, ada):
        dispute = make_dispute()
        assert (
            Person(lea).post(f"/disputes/{dispute.pk}/assign/", assignee=ada.pk, version=dispute.version).status_code
            == 204
        )
        assert Dispute.objects.get(pk=dispute.pk).assignee == ada

    def test_ada_hands_hers_to_ben_with_a_reason_or_back_to_everybody(self, ada, ben):
        person, dispute, free = Person(ada), make_dispute(assignee=ada), make_dispute()
        page = person.page("/disputes/")
        assert ben.name in page.by_id("dispute-assign").text
        opens = [page.by_id(f"disputes-dispute-{row.pk}").with_("data-opens")[0] for row in (dispute, free)]
        assert [link["data-opens"] for link in opens] == ["dispute-assign"] * 2
        assert ["for-leads" in link.classes for link in opens] == [False, True]
        answer = person.post(f"/disputes/{dispute.pk}/assign/", assignee=ben.pk)
        assert "Enter a reason" in heard(answer, "refused")["text"]
        answer = person.post(f"/disputes/{dispute.pk}/assign/", assignee="nobody")
        assert heard(answer)["text"] == f"{dispute.number} unassigned."
        assert person.post(f"/disputes/{dispute.pk}/assign/", assignee="me").status_code == 204
        assert (
            person.post(f"/disputes/{dispute.pk}/assign/", assignee=ben.pk, reason="Off for today").status_code == 204
        )
        assert Dispute.objects.get(pk=dispute.pk).assignee == ben

    @pytest.mark.parametrize("scripted", [True, False])
    def test_it_moves_on(self, ada, scripted):
        dispute = make_dispute(assignee=ada)
        answer = Person(ada, scripted=scripted).post(f"/disputes/{dispute.pk}/advance/", status="awaiting_response")
        assert answer.status_code == (204 if scripted else 303)
        assert Dispute.objects.get(pk=dispute.pk).status == "awaiting_response"

    def test_it_is_decided_with_a_note_and_a_refund(self, ada):
        dispute = make_dispute(assignee=ada)
        facts = {"outcome": "resolved_client", "notes": "It was late.", "refund": "20.00", "version": dispute.version}
        answer = Person(ada).post(f"/disputes/{dispute.pk}/resolve/", **facts)
        assert heard(answer)["text"] == f"{dispute.number} decided."
        log = Dispute.objects.get(pk=dispute.pk).resolutions.get()
        assert (log.decision, log.notes, str(log.refund_amount)) == ("resolved_client", "It was late.", "20.00")

    def test_the_next_dispute_offers_what_is_left_and_the_person_says_where_the_order_goes(self, ada):
        person, order = Person(ada), make_dispute(assignee=ada).order
        first = {"outcome": "resolved_client", "notes": "It was late.", "refund": "20.00"}
        person.post(f"/disputes/{order.disputes.get().pk}/resolve/", **first)
        dispute = make_dispute(order=order, assignee=ada)
        page = person.page("/disputes/", resolve=dispute.pk)
        assert "Up to €100.00" in " ".join(page.by_id("dispute-resolve-hint").text.split())
        assert page.by_id(f"disputes-dispute-{dispute.pk}")["data-amount"] == "€100.00"
        person.post(f"/disputes/{dispute.pk}/resolve/", outcome="withdrawn", notes="Settled.", order_status="submitted")
        order.refresh_from_db()
        assert order.status == "submitted"

    @pytest.mark.parametrize(
        ("verb", "facts", "words"),
        [
            ("resolve", {"outcome": "resolved_client", "notes": " "}, "empty"),
            ("resolve", {"outcome": "won", "notes": "x"}, "Outcome must be one of"),
            ("resolve", {"outcome": "withdrawn", "notes": "x", "refund": "999"}, "The refund can be up to €120.00."),
            ("resolve", {"outcome": "withdrawn", "notes": "x", "refund": "1"}, "Only a decision for the client"),
            ("resolve", {"outcome": "withdrawn", "notes": "x", "refund": "lots"}, "284.00"),
            ("resolve", {"outcome": "withdrawn", "notes": "x", "order_status": "gone"}, "Order status must be one of"),
            ("advance", {"status": "resolved_client"}, "Status must be one of"),
            ("assign", {"assignee": "x"}, "can't be assigned work"),
            ("assign", {"assignee": ""}, "Choose an assignee"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, ada, verb, facts, words):
        dispute = make_dispute(assignee=ada)
        answer = Person(ada).post(f"/disputes/{dispute.pk}/{verb}/", **facts)
        assert answer.status_code == 400
        assert words.lower() in heard(answer, "refused")["text"].lower()
        assert Dispute.objects.get(pk=dispute.pk).version == dispute.version

    def test_what_is_anothers_does_not_exist_for_ada(self, ada, ben):
        dispute = make_dispute(assignee=ben)
        assert Person(ada).post(f"/disputes/{dispute.pk}/advance/", status="under_review").status_code == 404

    def test_who_looked_at_an_older_version_is_told_what_changed(self, ada, lea):
        dispute = make_dispute(assignee=ada)
        lifecycle.advance(dispute=dispute.pk, status="under_review", by=lea)
        answer = Person(ada).post(
            f"/disputes/{dispute.pk}/resolve/", outcome="withdrawn", notes="x", version=dispute.version
        )
        assert heard(answer, "refused")["text"].startswith("Lea Lead changed the status in the meantime.")

    def test_ones_own_change_is_no_conflict(self, ada):
        dispute = make_dispute(assignee=ada)
        for verb, facts in (
            ("advance", {"status": "under_review"}),
            ("advance", {"status": "awaiting_response"}),
            ("resolve", {"outcome": "withdrawn", "notes": "x"}),
        ):
            answer = Person(ada).post(f"/disputes/{dispute.pk}/{verb}/", version=dispute.version, **facts)
            assert answer.status_code == 204, answer.content

    @pytest.mark.parametrize("name", ["assign", "advance", "resolve"])
    def test_without_scripts_the_dialog_stands_open_for_the_card(self, lea, name):
        dispute = make_dispute()
        page = Person(lea).page("/disputes/", **{name: dispute.pk})
        dialog = page.by_id(f"dispute-{name}")
        assert "open" in dialog
        [form] = dialog.all(lambda node: node.tag == "form")
        assert form["action"] == f"/disputes/{dispute.pk}/{name}/"

    def test_without_scripts_a_refused_decision_comes_back_with_what_was_typed(self, ada):
        dispute = make_dispute(assignee=ada)
        typed = {"outcome": "withdrawn", "notes": "\nMy <b>long</b> reasons", "refund": "lots"}
        answer = Person(ada, scripted=False).post(f"/disputes/{dispute.pk}/resolve/", **typed)
        assert answer.status_code == 400
        page = html.parse(answer.content.decode())
        dialog = page.by_id("dispute-resolve")
        assert "open" in dialog
        assert "Enter an amount such as 284.00" in dialog.text
        assert [node["value"] for node in dialog.with_("checked")] == ["withdrawn"]
        assert page.by_id("dispute-resolve-refund")["value"] == "lots"
        assert "My &lt;b&gt;long&lt;/b&gt; reasons</textarea>" in answer.content.decode()
        assert [node["href"] for node in page.with_("data-live-refresh")] == ["/disputes/"]
        assert "open" not in page.by_id("dispute-advance")
        assert not Dispute.objects.get(pk=dispute.pk).resolutions.exists()

    def test_without_scripts_it_can_be_sent_again_as_it_came_back(self, ada, lea):
        dispute = make_dispute(assignee=ada)
        lifecycle.advance(dispute=dispute.pk, status="under_review", by=lea)
        person = Person(ada, scripted=False)
        answer = person.post(f"/disputes/{dispute.pk}/advance/", status="awaiting_response", version=dispute.version)
        assert answer.status_code == 409
        form = html.parse(answer.content.decode()).by_id("dispute-advance")
        facts = {node["name"]: node["value"] for node in form.all(lambda node: node.get("type") == "hidden")}
        [status] = [node["value"] for node in form.with_("checked")]
        assert person.client.post(f"/disputes/{dispute.pk}/advance/", facts | {"status": status}).status_code == 303
        assert Dispute.objects.get(pk=dispute.pk).status == "awaiting_response"

    @pytest.mark.parametrize("typed", ["", "nobody", "7000000"])
    def test_without_scripts_a_refused_assignment_comes_back_too(self, lea, ada, typed):
        dispute = make_dispute(assignee=ada)
        facts = {"assignee": typed, "reason": "Knows the client", "version": 0}
        answer = Person(lea, scripted=False).post(f"/disputes/{dispute.pk}/assign/", **facts)
        page = html.parse(answer.content.decode())
        chosen = [node["value"] for node in page.by_id("dispute-assign").with_("selected")]
        assert chosen == {"": [str(ada.pk)], "nobody": ["nobody"]}.get(typed, [])
        assert page.by_id("dispute-assign-reason")["value"] == "Knows the client"

    def test_without_scripts_take_has_no_dialog_to_come_back_to(self, ada, ben, lea):
        dispute = make_dispute()
        Dispute.objects.filter(pk=dispute.pk).update(assignee=ada)
        answer = Person(lea, scripted=False).post(f"/disputes/{dispute.pk}/assign/", assignee="me", back="/disputes/")
        assert answer.status_code == 303

    @pytest.mark.parametrize("pk", ["0", "x", "-1", "9" * 40, "²"])
    def test_a_dialog_for_nothing_stays_shut(self, lea, pk):
        page = Person(lea).page("/disputes/", resolve=pk)
        assert "open" not in page.by_id("dispute-resolve")

    def test_its_tickets_are_not_touched(self, ada):
        dispute = make_dispute(assignee=ada)
        assert Person(ada).post(f"/disputes/{dispute.pk}/advance/", status="under_review").status_code == 204
        assert not Ticket.objects.exists()
