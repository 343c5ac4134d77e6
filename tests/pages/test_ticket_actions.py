"""What is done to a ticket from its page: by htmx, without scripts, twice, too late, without the right."""

import pytest

from support_management.core.models import IdempotencyKey
from support_management.disputes.models import Dispute
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.models import Ticket, TicketMessage
from tests import html
from tests.factories import make_order, make_ticket
from tests.pages.builders import Person, heard

pytestmark = pytest.mark.django_db
POSTED = {"text": "Reply posted. Cleo Client reads it on North.", "clear": "composer"}


def said_on(ticket: Ticket, kind: str) -> list[str]:
    return list(TicketMessage.objects.filter(ticket=ticket, kind=kind).order_by("id").values_list("body", flat=True))


@pytest.fixture
def hers(ada):
    return make_ticket(assignee=ada, order=make_order())


class TestEffect:
    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"priority": "high"}, "First response: due"),
            ({"type": "payment"}, "No SLA deadline changes."),
            ({"tags": "vip, late"}, "No SLA deadline changes."),
        ],
    )
    def test_before_a_change_the_page_says_what_it_does_to_the_clocks(self, ada, hers, facts, said):
        address = f"/tickets/{hers.number}/effect/"
        part = Person(ada).client.get(address, facts, headers={"HX-Request": "true"}).content.decode()
        assert said in " ".join(part.split())
        assert "<html" not in part
        assert said in Person(ada).page(address, **facts).by_id("control-effect").text
        assert Ticket.objects.get(pk=hers.pk).version == hers.version

    def test_each_control_asks_when_it_changes(self, ada, hers):
        page = Person(ada).page(f"/tickets/{hers.number}/")
        for name in ("priority", "type", "tags"):
            field = page.by_id(f"control-{name}")
            assert (field["hx-get"], field["hx-trigger"]) == (f"/tickets/{hers.number}/effect/", "change")
            assert field["hx-target"] == "#control-effect"
        assert page.by_id("control-effect")["role"] == "status"

    def test_nonsense_is_refused_and_a_hidden_ticket_is_not_there(self, ada, zoe, hers):
        address = f"/tickets/{hers.number}/effect/"
        assert Person(ada).get(address, priority="soon").status_code == 400
        assert Person(zoe).get(address, priority="high").status_code == 404


class TestEveryControl:
    @pytest.mark.parametrize(
        ("verb", "facts", "field", "becomes"),
        [
            ("status", {"status": "pending"}, "status", "pending"),
            ("priority", {"priority": "urgent"}, "priority_word", "urgent"),
            ("type", {"type": "payment"}, "type_id", None),
            ("tags", {"tags": "vip,  refund ,vip"}, "tag_list", ["refund", "vip"]),
            ("release", {}, "assignee", None),
            ("assign", {"assignee": "nobody"}, "assignee", None),
        ],
    )
    @pytest.mark.parametrize("scripted", [True, False])
    def test_it_is_done_and_said(self, ada, hers, verb, facts, field, becomes, scripted):
        before = hers.type_id
        answer = Person(ada, scripted=scripted).post(
            f"/tickets/{hers.number}/{verb}/", version=hers.version, back=f"/tickets/{hers.number}/", **facts
        )
        assert answer.status_code == (204 if scripted else 303)
        row = Ticket.objects.get(pk=hers.pk)
        if verb == "type":
            assert row.type.slug == "payment"
            assert row.type_id != before
        else:
            assert getattr(row, field) == becomes
        if not scripted:
            assert answer.headers["Location"] == f"/tickets/{hers.number}/"

    @pytest.mark.parametrize(
        ("verb", "facts", "words"),
        [
            ("status", {"status": "closed"}, "can't change from Open to Closed"),
            ("status", {"status": "asleep"}, "Status must be one of"),
            ("priority", {"priority": "mild"}, "Unknown priority"),
            ("type", {"type": "weather"}, "queue does not exist"),
            ("tags", {"tags": ",".join(f"t{i}" for i in range(30))}, "up to 20"),
            ("tags", {"tags": "x" * 50}, "at most 40"),
            ("assign", {"assignee": "999999"}, "can't be assigned work"),
            ("assign", {"assignee": "²"}, "can't be assigned work"),
            ("assign", {"assignee": ""}, "Choose an assignee"),
            ("reply", {"body": "  "}, "empty"),
            ("reply", {"body": "a\x00b"}, "ull"),
            ("reply", {"body": "x" * 100_001}, "at most 100000"),
            ("reply", {"body": "x", "status": "closed"}, "can't change"),
            ("note", {"body": ""}, "empty"),
            ("reply", {"body": "x", "version": "many"}, "Version"),
            ("dispute", {"reason": "boredom"}, "Reason"),
            ("dispute", {"reason": "late", "amount": "much"}, "284.00"),
            ("dispute", {"reason": "late", "external_deadline": "tomorrow"}, "date"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words_and_nothing_changes(self, ada, hers, verb, facts, words):
        before = Ticket.objects.get(pk=hers.pk).version
        answer = Person(ada).post(f"/tickets/{hers.number}/{verb}/", **facts)
        assert answer.status_code in (400, 409)
        assert words.lower() in heard(answer, "refused")["text"].lower()
        assert answer.headers["HX-Reswap"] == "none"
        assert Ticket.objects.get(pk=hers.pk).version == before
        assert not IdempotencyKey.objects.exists()

    @pytest.mark.parametrize("verb", ["status", "priority", "type", "tags", "release", "assign", "reply", "note"])
    def test_what_is_not_hers_to_see_does_not_exist(self, zoe, hers, verb):
        assert Person(zoe).post(f"/tickets/{hers.number}/{verb}/", body="x").status_code == 404

    def test_who_only_took_part_is_told_whose_it_is(self, ada, ben, lea, hers):
        ownership.assign(ticket=hers.pk, to=ben, by=lea)
        answer = Person(ada).post(f"/tickets/{hers.number}/priority/", priority="low")
        assert answer.status_code == 403
        assert "Assigned to Ben Agent" in heard(answer, "refused")["text"]

    def test_an_agent_hands_over_with_a_reason(self, ada, ben, hers):
        person = Person(ada)
        answer = person.post(f"/tickets/{hers.number}/assign/", assignee=ben.pk)
        assert "Enter a reason" in heard(answer, "refused")["text"]
        assert (
            person.post(f"/tickets/{hers.number}/assign/", assignee=ben.pk, reason="Off for today").status_code == 204
        )
        assert Ticket.objects.get(pk=hers.pk).assignee == ben

    def test_get_does_nothing(self, ada, hers):
        assert Person(ada).get(f"/tickets/{hers.number}/release/").status_code == 405


class TestOwnChanges:
    """A page that somebody opened before their own last change stops them nowhere."""

    FORMS = (
        ("status", {"status": "pending"}),
        ("priority", {"priority": "urgent"}),
        ("type", {"type": "payment"}),
        ("tags", {"tags": "vip"}),
        ("reply", {"body": "On it"}),
        ("note", {"body": "Called"}),
        ("release", {}),
        ("assign", {"assignee": "nobody"}),
    )

    @pytest.mark.parametrize(("verb", "facts"), FORMS)
    def test_every_form_goes_through_after_ones_own_note_and_reply(self, ada, hers, verb, facts):
        conversation.note(ticket=hers.pk, by=ada, body="Called them")
        conversation.reply(ticket=hers.pk, by=ada, body="One moment", status="pending")
        triage.set_status(ticket=hers.pk, status="open", by=ada)
        answer = Person(ada).post(f"/tickets/{hers.number}/{verb}/", version=hers.version, **facts)
        assert answer.status_code == 204, answer.content

    @pytest.mark.parametrize(
        "change",
        [
            lambda row, lea: conversation.note(ticket=row.pk, by=lea, body="Careful"),
            lambda row, lea: Ticket.objects.filter(pk=row.pk).update(priority=1),
        ],
    )
    def test_one_change_of_somebody_else_among_them_is_told(self, ada, lea, hers, change):
        conversation.note(ticket=hers.pk, by=ada, body="Called them")
        change(hers, lea)
        conversation.note(ticket=hers.pk, by=ada, body="Called again")
        answer = Person(ada).post(f"/tickets/{hers.number}/status/", status="pending", version=hers.version)
        assert heard(answer, "refused")["code"] == "stale"
        assert "Ada" not in heard(answer, "refused")["text"]

    def test_a_version_that_never_was_is_refused(self, ada, hers):
        answer = Person(ada).post(f"/tickets/{hers.number}/status/", status="pending", version=hers.version + 9)
        assert heard(answer, "refused")["code"] == "stale"

    def test_the_refusal_of_a_hand_over_names_the_field(self, ada, ben, hers):
        answer = Person(ada).post(f"/tickets/{hers.number}/assign/", assignee=ben.pk)
        assert heard(answer, "refused")["field"] == "reason"


class TestWriting:
    def test_a_reply_is_sent_and_clears_the_form(self, ada, hers):
        answer = Person(ada).post(f"/tickets/{hers.number}/reply/", body="On it", version=hers.version, kind="reply")
        assert heard(answer) == POSTED
        assert said_on(hers, "reply") == ["On it"]

    @pytest.mark.parametrize(
        ("facts", "place"),
        [
            ({"channel": "email"}, "Cleo Client reads replies on North. No email is sent."),
            ({"website_id": None}, "Cleo Client reads replies on the marketplace. No email is sent."),
        ],
    )
    def test_the_composer_says_who_reads_it_where_and_a_note_only_the_team(self, ada, facts, place):
        ticket = make_ticket(assignee=ada, **facts)
        page = Person(ada).page(ticket.get_absolute_url())
        said = page.by_id(f"ticket-{ticket.pk}-audience")
        assert [node.text for node in said.elements] == [place, "Only your team sees this."]
        assert said["id"] in page.by_id("body")["aria-describedby"]

    def test_a_reply_moves_the_ticket_where_the_button_says(self, ada, hers):
        assert Person(ada).post(f"/tickets/{hers.number}/reply/", body="Done", status="resolved").status_code == 204
        assert Ticket.objects.get(pk=hers.pk).status == "resolved"

    def test_without_scripts_a_note_never_becomes_a_reply(self, ada, hers):
        person = Person(ada, scripted=False)
        answer = person.post(f"/tickets/{hers.number}/reply/", body="Only us", kind="note", status="")
        assert answer.status_code == 303
        assert (said_on(hers, "note"), said_on(hers, "reply")) == (["Only us"], [])

    def test_one_key_sent_twice_is_one_message_and_the_same_answer(self, ada, hers):
        person = Person(ada)
        answers = [person.post(f"/tickets/{hers.number}/reply/", body="Once", key="k-1") for _ in range(2)]
        assert said_on(hers, "reply") == ["Once"]
        assert [heard(answer) for answer in answers] == [POSTED] * 2

    def test_one_key_for_other_words_is_refused(self, ada, hers):
        person = Person(ada)
        assert person.post(f"/tickets/{hers.number}/reply/", body="Once", key="k-1").status_code == 204
        answer = person.post(f"/tickets/{hers.number}/reply/", body="Else", key="k-1")
        assert heard(answer, "refused")["code"] == "key_reused"
        assert said_on(hers, "reply") == ["Once"]

    def test_who_looked_at_an_older_version_is_told_what_changed(self, ada, lea, cleo, hers):
        seen = hers.version
        triage.set_priority(ticket=hers.pk, priority="high", by=lea)
        conversation.reply(ticket=hers.pk, by=cleo, body="Any news?")
        answer = Person(ada).post(f"/tickets/{hers.number}/reply/", body="Hm", version=seen)
        assert answer.status_code == 409
        words = heard(answer, "refused")["text"]
        assert words.startswith(
            "Lea Lead changed the priority and Cleo Client wrote while you were writing. Review, then send."
        )
        again = heard(answer, "refused")["version"]
        assert again == Ticket.objects.get(pk=hers.pk).version
        answer = Person(ada).post(f"/tickets/{hers.number}/reply/", body="Hm", version=again)
        assert said_on(hers, "reply") == ["Hm"]

    def test_without_scripts_the_form_offers_a_note_to_who_lost_the_ticket(self, ada, ben, lea, hers):
        ownership.assign(ticket=hers.pk, to=ben, by=lea)
        person = Person(ada, scripted=False)
        answer = person.post(f"/tickets/{hers.number}/reply/", body="Half an answer", kind="reply")
        assert answer.status_code == 403
        page = html.parse(answer.content.decode())
        reply, note = page.by_id("kind-reply"), page.by_id("kind-note")
        assert ("disabled" in reply.attributes, "checked" in note.attributes) == (True, True)
        assert page.by_id("body").text.strip() == "Half an answer"
        assert person.post(f"/tickets/{hers.number}/reply/", body="Half an answer", kind="note").status_code == 303
        assert said_on(hers, "note") == ["Half an answer"]

    def test_any_other_refusal_tells_no_version(self, ada, hers):
        answer = Person(ada).post(f"/tickets/{hers.number}/status/", status="closed", version=hers.version)
        assert "version" not in heard(answer, "refused")

    def test_who_looked_too_late_writes_nothing(self, ada, lea, hers):
        triage.set_priority(ticket=hers.pk, priority="high", by=lea)
        assert Person(ada).post(f"/tickets/{hers.number}/reply/", body="Hm", version=hers.version).status_code == 409
        assert said_on(hers, "reply") == []

    def test_without_scripts_a_refused_text_comes_back_in_the_form(self, ada, lea, hers):
        seen = hers.version
        triage.set_priority(ticket=hers.pk, priority="high", by=lea)
        answer = Person(ada, scripted=False).post(
            f"/tickets/{hers.number}/reply/", body="My <b>long</b> words", version=seen, kind="reply"
        )
        assert answer.status_code == 409
        source = answer.content.decode()
        assert "My &lt;b&gt;long&lt;/b&gt; words</textarea>" in source
        assert "Lea Lead changed the priority while you were writing." in source
        assert f'name="version" value="{Ticket.objects.get(pk=hers.pk).version}"' in source
        assert f'href="/tickets/{hers.number}/" data-live-refresh' in source

    def test_a_closed_ticket_takes_a_note_but_no_reply(self, ada):
        ticket = make_ticket(assignee=ada, status="closed")
        answer = Person(ada).post(f"/tickets/{ticket.number}/reply/", body="Hm")
        assert "is closed" in heard(answer, "refused")["text"]
        assert Person(ada).post(f"/tickets/{ticket.number}/note/", body="For the file").status_code == 204


class TestDispute:
    def test_ada_opens_one_for_the_order_of_the_ticket(self, ada, hers):
        answer = Person(ada).post(
            f"/tickets/{hers.number}/dispute/", reason="late", amount="", external_deadline="2027-01-02T10:00"
        )
        assert heard(answer)["text"] == "Dispute opened."
        row = Dispute.objects.get()
        assert (row.order_id, row.amount_at_risk, row.raised_by) == (hers.order_id, hers.order.amount, ada)
        assert row.external_deadline.isoformat() == "2027-01-02T10:00:00+00:00"

    def test_a_second_one_is_refused(self, ada, hers):
        person = Person(ada)
        assert person.post(f"/tickets/{hers.number}/dispute/", reason="late").status_code == 204
        answer = person.post(f"/tickets/{hers.number}/dispute/", reason="late")
        assert "already has an open dispute" in heard(answer, "refused")["text"]

    def test_a_ticket_without_an_order_has_nothing_to_dispute(self, ada):
        ticket = make_ticket(assignee=ada)
        answer = Person(ada).post(f"/tickets/{ticket.number}/dispute/", reason="late")
        assert "has no order" in heard(answer, "refused")["text"]
