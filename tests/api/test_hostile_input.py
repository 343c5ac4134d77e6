"""What an operation does not take is refused and named; hostile text is stored as text or refused in words."""

import json
import unicodedata
from html.parser import HTMLParser
from itertools import cycle

import pytest

from support_management.models import Dispute, Order, SupportNotification, Ticket, TicketMessage
from tests import cast
from tests.api.program import problem
from tests.factories import make_dispute, make_order, make_ticket

WRITES = {
    "tickets/": {"subject": "Hi", "body": "Hi"},
    "tickets/{ticket}/claim/": {},
    "tickets/{ticket}/release/": {},
    "tickets/{ticket}/assign/": {"assignee": "ada"},
    "tickets/{ticket}/reply/": {"body": "Hi"},
    "tickets/{ticket}/note/": {"body": "Hi"},
    "tickets/{ticket}/status/": {"status": "pending"},
    "tickets/{ticket}/priority/": {"priority": "high"},
    "tickets/{ticket}/type/": {"type": "payment"},
    "tickets/{ticket}/tags/": {"tags": ["vip"]},
    "orders/{order}/status/": {"status": "submitted"},
    "order-management/": {"order": 0, "action": "hold", "reason": "Later"},
    "disputes/": {"order": 0, "reason": "late"},
    "disputes/{dispute}/assign/": {"assignee": "ada"},
    "disputes/{dispute}/advance/": {"status": "under_review"},
    "disputes/{dispute}/resolve/": {"outcome": "withdrawn", "notes": "Settled."},
    "notifications/mark_as_read/": {},
    "notifications/{notification}/mark_as_read/": {},
    "dashboard/refresh_dashboard/": {},
}
ALSO_TAKEN = {
    "tickets/": ("priority", "type", "tags", "requester", "order"),
    "tickets/{ticket}/assign/": ("reason",),
    "tickets/{ticket}/release/": ("reason",),
    "tickets/{ticket}/reply/": ("status",),
    "order-management/": ("note", "message", "until", "deadline", "amount", "version"),
    "disputes/": ("amount_at_risk", "external_deadline"),
    "disputes/{dispute}/assign/": ("reason",),
    "disputes/{dispute}/resolve/": ("refund", "order_status"),
}
FIELDS = {field.attname for model in (Ticket, TicketMessage, Order, Dispute) for field in model._meta.concrete_fields}
FIELDS |= {
    "internal",
    "is_staff",
    "is_superuser",
    "role",
    "owner",
    "kind",
    "password",
    "__proto__",
    "constructor",
    "id",
}
TEXTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><a href="javascript:alert(1)">x</a>',
    '<div hx-get="/admin/" hx-trigger="load">',
    "<p style=position:fixed>",
    "[x](javascript:alert(1))",
    'https://evil.example/"onmouseover=alert(1)',
    "{{ 7*7 }}{% debug %}",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE support_management_ticket; --",
    "\x00",
    "a\x00b",
    "\x01\x02\x1f\x7f\x85",
    "\ud800",
    "a\udfffb",
    "\U0001f98a\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "e" + "\u0301" * 1000,
    "\u202egnp.exe",
    "\u200b\u200b\u200b",
    "\ufeffBOM",
    "\u2028\u2029",
    "   ",
    "\n\n\n",
    "",
    "x" * 10_000,
    "> quoted\n" * 5_000,
    "\u0e01" * 300,
    "\U0010ffff",
    "\ufdd0\uffff",
    "%s%n%x" * 20,
    "../../../etc/passwd",
    "A" * 201,
    "\u0130\u0131\u00df",
]


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def ada(shared_db):
    return cast.ada_of_north()


@pytest.fixture(scope="module")
def things(ada):
    cast.lea_who_leads()
    ticket = make_ticket(assignee=ada)
    return {
        "ticket": ticket.pk,
        "order": make_order().pk,
        "dispute": make_dispute().pk,
        "notification": SupportNotification.objects.filter(recipient=ada).first().pk,
    }


@pytest.mark.parametrize("path", WRITES)
class TestEveryWrite:
    @pytest.mark.one_database
    def test_no_field_of_the_tables_can_be_smuggled_in(self, api, ada, things, path):
        facts, rows = self._facts(path, things), self._rows(things)
        program = api(ada)
        taken = {*facts, *ALSO_TAKEN.get(path, ()), *({"version"} if "}" in path and "notif" not in path else ())}
        for name, value in zip(sorted(FIELDS - taken), cycle((1, "x", None, {"id": 1})), strict=False):
            refused = program.send(path.format(**things), json.dumps(facts | {name: value}))
            assert name in problem(refused, 400, "invalid")["errors"], (name, value)
        assert self._rows(things) == rows

    def test_hundreds_of_unknown_fields_are_not_all_repeated(self, api, ada, things, path):
        facts = self._facts(path, things) | {f"field-{at}" * 50: at for at in range(500)}
        refused = api(ada).send(path.format(**things), json.dumps(facts))
        assert len(problem(refused, 400, "invalid")["errors"]) <= 20
        assert len(refused.content) < 5_000

    def test_a_broken_name_of_a_field_breaks_nothing(self, api, ada, things, path):
        refused = api(ada).send(path.format(**things), '{"\\ud800": 1, "\\u0000": 2}')
        assert refused.status_code == 400
        assert refused["Content-Type"] == "application/problem+json"

    def test_every_kind_of_value_in_every_field_is_taken_or_refused(self, api, ada, things, path):
        facts, program = self._facts(path, things), api(ada)
        values = [None, True, 0, -1, 1.5, 10**30, "", "x", [], ["x"], [[]], {}, {"a": {}}, [None], *TEXTS]
        for name in facts:
            for value in values:
                response = program.send(path.format(**things), json.dumps(facts | {name: value}))
                assert response.status_code < 500, (name, value, response.content)
                assert json.loads(response.content) is not None

    @staticmethod
    def _facts(path, things) -> dict:
        facts = dict(WRITES[path])
        return facts | {"order": things["order"]} if "order" in facts else facts

    @staticmethod
    def _rows(things) -> list:
        return [
            list(Ticket.objects.filter(pk=things["ticket"]).values("subject", "requester", "number", "created_at")),
            list(Order.objects.filter(pk=things["order"]).values("client", "amount", "reference")),
            list(Dispute.objects.filter(pk=things["dispute"]).values("order", "raised_by", "number")),
        ]


class TestText:
    @pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text)[:30])
    def test_what_is_taken_comes_back_as_text_and_its_html_is_harmless(self, api, cleo, ada, text):
        made = api(cleo).post("tickets/", subject=text, body=text, tags=[text])
        assert made.status_code in (201, 400), made.content
        if made.status_code == 400:
            assert made.json()["errors"]
            made = api(cleo).post("tickets/", subject="Hi", body=text)
            if made.status_code == 400:
                return
        message = api(ada).get(f"tickets/{made.json()['id']}/messages/").json()["results"][0]
        assert unicodedata.is_normalized("NFC", message["body"])
        kept = text.strip()
        if kept.isprintable() and kept.isascii():
            assert message["body"] == kept
        tags = Tags()
        tags.feed(message["html"])
        assert tags.seen <= {"p", "br", "a"}
        assert all(link.startswith(("http://", "https://")) for link in tags.links)


class Tags(HTMLParser):
    """Which elements a browser would make of it, and where its links go."""

    def __init__(self):
        super().__init__()
        self.seen, self.links = set(), []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        assert {name for name, _ in attrs} <= {"href", "rel", "dir"}
        self.links += [value for name, value in attrs if name == "href"]
