"""Whose machine a request comes from, with and without a proxy."""

import pytest
from django.conf import settings

from console.client_address import address_of
from support_management.audit.models import SupportActionLog
from tests.cast import PASSWORD
from tests.factories import make_ticket
from tests.pages.builders import Person


@pytest.fixture
def proxied(settings):
    settings.HTTPS = True


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "10.0.0.1"),
        ("203.0.113.9,", "10.0.0.1"),
        ("me", "10.0.0.1"),
        ("203.0.113.9:4711", "10.0.0.1"),
        ("fe80::1%eth0", "10.0.0.1"),
        ("1" * 5000, "10.0.0.1"),
        ("\x00", "10.0.0.1"),
    ],
)
def test_behind_a_proxy_the_last_entry_counts_when_it_is_an_address(rf, proxied, told, found):
    assert address_of(rf.get("/", headers={"X-Forwarded-For": told}, REMOTE_ADDR="10.0.0.1")) == found


def test_without_a_proxy_nobody_chooses_an_address(rf):
    assert address_of(rf.get("/", headers={"X-Forwarded-For": "203.0.113.9"}, REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


def test_a_door_without_an_address_has_none(rf):
    assert address_of(rf.get("/", REMOTE_ADDR="")) is None


def test_the_audit_names_the_machine_behind_the_proxy(db, proxied, ada):
    ticket = make_ticket(assignee=ada)
    person = Person(ada)
    person.client.defaults["HTTP_X_FORWARDED_FOR"] = "6.6.6.6, 203.0.113.9"
    assert person.post(f"/tickets/{ticket.number}/status/", status="pending").status_code == 204
    assert SupportActionLog.objects.latest("pk").ip == "203.0.113.9"


def test_who_guesses_behind_the_proxy_does_not_shut_out_a_colleague(client, proxied, ada):
    guess, right = {"username": "ada", "password": "guess"}, {"username": "ada", "password": PASSWORD}
    for _ in range(settings.SIGN_IN_FAILURES):
        assert client.post("/login/", guess, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 200
    assert client.post("/login/", right, headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.9"}).status_code == 429
    assert client.post("/login/", right, headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 302
