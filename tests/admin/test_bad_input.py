"""Hostile text and hostile addresses in admin: shown as text or refused in words."""

from urllib.parse import urlencode

import pytest

from support_management.models import Order, SupportActionLog, Tag, Ticket, User, Website
from tests import cast, factories
from tests.admin.conftest import page_of

pytestmark = pytest.mark.django_db
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    '<a hx-get="/x" hx-trigger="load">x</a>',
    "javascript:alert(1)",
    "{{ 7|add:7 }}{% debug %}",
    "\u202egnp.exe\u202c",
    "’; DROP TABLE support_management_ticket; --",
]


@pytest.mark.parametrize("text", HOSTILE)
class TestShown:
    def test_it_stands_there_as_text(self, as_ira, text):
        person = cast.person("eve", "client", text)
        order = factories.make_order(client=person, title=text, reference=text[:40])
        ticket = factories.make_ticket(requester=person, subject=text, body=text, tags=[text[:40]], order=order)
        pages = [page_of(model, "changelist") for model in (Ticket, Order, User, Tag, SupportActionLog)]
        pages += [page_of(Ticket, "change", ticket.pk), page_of(Order, "change", order.pk)]
        for page in pages:
            shown = as_ira.get(page)
            assert shown.status_code == 200
            if "<" in text:
                assert text not in shown.content.decode()

    def test_it_can_be_typed_and_searched(self, as_ira, text):
        assert as_ira.post(page_of(Website, "add"), {"name": text, "domain": ""}).status_code == 302
        assert as_ira.get(page_of(Website, "changelist"), {"q": text}).status_code == 200
        assert Website.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "status__exact=%00",
        "agent=x",
        "agent=99999999999999999999999",
        "id__exact=99999999999999999999999",
        "p=99999999999999999999",
        "o=9.-9.x",
        "created_at__year=99999",
        "password__startswith=x",
        "requester__password__startswith=md5",
        "q=%ED%A0%80",
        "_popup=%00",
    ],
)
def test_an_odd_address_is_never_an_error_page(as_ira, query):
    factories.make_ticket()
    response = as_ira.get(f"{page_of(Ticket, 'changelist')}?{query}", follow=True)
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("pk", ["x", "%00", "99999999999999999999999", "-1", "1_1"])
def test_an_odd_row_does_not_exist(as_ira, pk):
    for model in ("ticket", "user", "heartbeat"):
        response = as_ira.get(f"/admin/support_management/{model}/{pk}/change/", follow=True)
        assert response.status_code in (200, 404)


def test_hashes_cannot_be_searched_through_other_people(as_ira, ada):
    for address in (page_of(User, "changelist"), page_of(Ticket, "changelist")):
        for lookup in ("password__startswith", "requester__password__startswith"):
            assert as_ira.get(address, {lookup: "m"}).status_code in (302, 400)


@pytest.mark.parametrize("selected", ["x", "99999999999999999999999", "\x00"])
def test_an_odd_selection_is_a_sentence(as_ira, selected):
    chosen = {"action": "resolve", "_selected_action": [selected]}
    assert as_ira.post(page_of(Ticket, "changelist"), chosen, follow=True).status_code == 200


@pytest.mark.parametrize("text", ["a\x00b", "x" * 2000, "\ud800"])
def test_text_that_cannot_be_stored_never_is(as_ira, text):
    typed = urlencode({"name": text.encode("utf-8", "surrogatepass"), "domain": ""})
    response = as_ira.post(page_of(Website, "add"), typed, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (200, 302)
    assert not {text} & set(Website.objects.values_list("name", flat=True))


def test_a_megabyte_is_refused_in_words(as_ira):
    typed = {"name": "North", "domain": "x" * 1_100_000}
    assert as_ira.post(page_of(Website, "add"), typed).status_code == 413
    assert not Website.objects.exists()


def test_the_autocomplete_takes_any_text(as_ira):
    facts = {"app_label": "support_management", "model_name": "ticket", "field_name": "assignee"}
    for term in ("\x00", "<script>", "%", "😀"):
        response = as_ira.get("/admin/autocomplete/", facts | {"term": term})
        assert response.status_code == 200


def test_only_agents_are_offered_as_owners(as_ira, ada, cleo):
    facts = {"app_label": "support_management", "model_name": "ticket", "field_name": "assignee", "term": ""}
    offered = [row["text"] for row in as_ira.get("/admin/autocomplete/", facts).json()["results"]]
    assert offered == [ada.name]
    asked = facts | {"field_name": "requester"}
    assert cleo.name in [row["text"] for row in as_ira.get("/admin/autocomplete/", asked).json()["results"]]


def test_pages_carry_the_strict_policy_and_nothing_inline(as_ira):
    for page in ("/admin/", page_of(Ticket, "changelist"), page_of(Ticket, "add"), page_of(User, "add")):
        response = as_ira.get(page)
        assert "'unsafe" not in response["Content-Security-Policy"]
        body = response.content.decode()
        assert "<style" not in body
        assert " onclick=" not in body
        assert "javascript:" not in body
