"""What clients and writers learn of the desk's side of their work, and what they can make it do."""

import base64
import json

import pytest

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.people.models import Website
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.models import Ticket, TicketMessage
from tests import cast
from tests.api.program import problem
from tests.factories import make_dispute, make_order, make_ticket

DESK_ONLY = {"tags", "sla", "version", "external_deadline", "price_change_pending", "files_downloaded"}
WISHES = {"priority": "urgent", "tags": ["vip", "late"]}


def cursor_of(page: dict) -> str:
    cursor = page["next"].partition("cursor=")[2].partition("&")[0]
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


class TestRead:
    def test_no_answer_has_the_desks_facts(self, api, cleo, lea):
        order = make_order(price_change_pending=True)
        ticket = make_ticket(order=order, tags=["vip"], status="closed")
        dispute, program = make_dispute(order=order), api(cleo)
        answers = [program.get(path) for path in ("tickets/", "orders/", "disputes/")]
        answers = [row for answer in answers for row in answer.json()["results"]]
        answers += [program.get(path).json() for path in (f"tickets/{ticket.pk}/", f"disputes/{dispute.pk}/")]
        answers += [
            program.post("tickets/", subject="Hi", body="Hi").json(),
            program.post("disputes/", order=make_order().pk, reason="late").json(),
            program.post(f"tickets/{ticket.pk}/reply/", body="Hi").json(),
        ]
        assert [name for answer in answers for name in DESK_ONLY & answer.keys()] == []
        assert {"tags", "sla", "version"} <= api(lea).get(f"tickets/{ticket.pk}/").json().keys()

    def test_updated_at_is_the_last_change_that_they_can_see(self, api, cleo, ada, lea):
        ticket = make_ticket(assignee=ada)
        read = lambda: api(cleo).get(f"tickets/{ticket.pk}/").json()["updated_at"]  # noqa: E731
        hidden = {
            "a note": lambda: conversation.note(ticket=ticket.pk, by=ada, body="Rude"),
            "tags": lambda: triage.set_tags(ticket=ticket.pk, tags=["vip"], by=ada),
            "tags by a shell": lambda: Ticket.objects.get(pk=ticket.pk).tags.clear(),
            "a field of ours by a shell": lambda: Ticket.objects.filter(pk=ticket.pk).update(units=1),
        }
        seen = {
            "a reply": lambda: conversation.reply(ticket=ticket.pk, by=ada, body="On its way"),
            "a word of hers": lambda: conversation.reply(ticket=ticket.pk, by=cleo, body="Thanks"),
            "a status": lambda: triage.set_status(ticket=ticket.pk, status="pending", by=ada),
            "another agent": lambda: ownership.assign(ticket=ticket.pk, to=lea, by=lea),
            "a subject by a shell": lambda: Ticket.objects.filter(pk=ticket.pk).update(subject="Late"),
        }
        for name, change in (hidden | seen).items():
            before = read()
            change()
            assert (read() > before) == (name in seen), name

    @pytest.mark.parametrize(
        ("model", "path", "facts", "seen"),
        [
            (Order, "orders", {"price_change_pending": True}, False),
            (Order, "orders", {"files_downloaded": True}, False),
            (Order, "orders", {"title": "Lakes"}, True),
            (Dispute, "disputes", {"external_deadline": now()}, False),
            (Dispute, "disputes", {"reason": "other"}, True),
        ],
    )
    def test_nor_does_it_tell_of_flags_and_deadlines(self, api, cleo, model, path, facts, seen):
        make_dispute()
        pk = model.objects.get().pk
        before = api(cleo).get(f"{path}/{pk}/").json()["updated_at"]
        model.objects.update(**facts)
        assert (api(cleo).get(f"{path}/{pk}/").json()["updated_at"] > before) == seen

    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("tickets/", {"tag": "vip"}),
            ("tickets/", {"priority": "urgent"}),
            ("tickets/", {"ordering": "work"}),
            ("orders/", {"priority": "urgent"}),
            ("disputes/", {"priority": "urgent"}),
            ("disputes/", {"ordering": "due"}),
        ],
    )
    def test_lists_do_not_answer_by_what_they_do_not_show(self, api, cleo, ada, path, query):
        assert list(problem(api(cleo).get(path, **query), 400, "invalid")["errors"]) == [*query]
        assert api(ada).get(path, **query).status_code == 200

    def test_nor_does_the_place_of_a_page(self, api, cleo, ada):
        rows = [make_ticket(subject=f"Question {at}") for at in range(2)]
        for row in rows:
            conversation.note(ticket=row.pk, by=ada, body="Rude")
        page = api(cleo).get("tickets/", ordering="-updated_at", limit="1").json()
        noted = Ticket.objects.get(pk=page["results"][0]["id"]).updated_at
        assert noted.strftime("%H:%M:%S.%f") not in cursor_of(page)
        for path in ("tickets/", "disputes/", "orders/"):
            assert api(cleo).get(path, updated_since=noted.isoformat()).json()["results"] == [], path
        assert api(ada).get("tickets/", updated_since=noted.isoformat()).json()["results"] != []


class TestWrite:
    def test_their_version_is_not_asked_for_and_tells_nothing(self, api, cleo, ada):
        ticket = make_ticket(assignee=ada)
        for version in (0, ticket.version, ticket.version + 5):
            assert api(cleo).post(f"tickets/{ticket.pk}/reply/", body="Hi", version=version).status_code == 200

    @pytest.mark.parametrize(
        "wish",
        [
            WISHES,
            {"priority": "high"},
            {"tags": ["x" * 41, "", "\x00", "\ud800", 1, None, {"a": []}]},
            {"tags": [str(at) for at in range(500)]},
            {"tags": "vip"},
            {"tags": None},
            {"tags": {"a": 1}},
        ],
        ids=str,
    )
    def test_wishes_never_refuse_and_are_not_followed(self, api, cleo, wish):
        made = api(cleo).post("tickets/", subject="Hi", body="Hi", **wish)
        assert (made.status_code, made.json().get("priority")) == (201, "normal"), made.content
        assert Ticket.objects.get().tag_list == []

    def test_the_desk_reads_what_they_asked_for_and_they_do_not(self, api, cleo, ada):
        made = api(cleo).post("tickets/", subject="Hi", body="Hi", **WISHES).json()
        line = TicketMessage.objects.get(ticket=made["id"], kind="system")
        assert line.body == "Customer asked for priority urgent; tags vip, late"
        read = [message["kind"] for message in api(cleo).get(f"tickets/{made['id']}/messages/").json()["results"]]
        assert read == ["requester"]

    def test_normal_and_low_are_theirs_to_say(self, api, cleo):
        for priority in ("low", "normal"):
            assert api(cleo).post("tickets/", subject="Hi", body="Hi", priority=priority).json()["priority"] == priority
        assert not TicketMessage.objects.filter(kind="system").exists()

    @pytest.mark.parametrize(
        ("allowed", "priority", "tags", "lines"),
        [
            (["customers_set_priority"], "urgent", [], 1),
            (["customers_set_tags"], "normal", ["late", "vip"], 1),
            (["customers_set_priority", "customers_set_tags"], "urgent", ["late", "vip"], 0),
        ],
    )
    def test_a_website_may_let_them(self, api, cleo, allowed, priority, tags, lines):
        Website.objects.filter(pk=cast.north().pk).update(**dict.fromkeys(allowed, True))
        made = api(cleo).post("tickets/", subject="Hi", body="Hi", order=make_order().pk, **WISHES).json()
        row = Ticket.objects.get(pk=made["id"])
        assert (row.priority_word, sorted(row.tag_list)) == (priority, tags)
        assert TicketMessage.objects.filter(ticket=row, kind="system").count() == lines

    def test_the_desk_says_what_it_likes(self, api, ada, cleo):
        made = api(ada).post("tickets/", subject="Hi", body="Hi", requester=cleo.pk, **WISHES).json()
        assert (made["priority"], made["tags"]) == ("urgent", ["late", "vip"])

    def test_they_put_no_more_at_risk_than_the_order_cost(self, api, cleo):
        order = make_order(amount="41.98")
        refused = api(cleo).post("disputes/", order=order.pk, reason="late", amount_at_risk="99999")
        assert "amount_at_risk" in problem(refused, 400, "too_much")["errors"]
        assert Order.objects.get(pk=order.pk).status == "in_progress"


def test_a_body_says_json(api, cleo):
    """The wish is read before the fields are: nothing that is no object gets so far."""
    for body in ([], "x", None, 1):
        problem(api(cleo).send("tickets/", json.dumps(body)), 400, "invalid")
