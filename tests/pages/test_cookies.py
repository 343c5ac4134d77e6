"""Cookies with an https:// address: no other host of the domain can set them, and nobody is signed out by it."""

import pytest
from django.conf import settings as given
from django.contrib.sessions.models import Session
from django.test import Client

from console.cookies import MARK, MOVING_SECONDS
from console.live.consumer import _session_key
from support_management.core.time import now

NEW, NEW_TOKEN = "__Host-desk_session", "__Host-csrftoken"
OLD, OLD_TOKEN = "desk_session", "csrftoken"
TOKEN = "a" * 32


@pytest.fixture
def earlier(ada):
    """A browser with the cookies of an earlier version: its session and its form's token."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    browser.cookies[OLD_TOKEN] = TOKEN
    return browser


@pytest.fixture
def upgraded(settings, earlier):
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = NEW, NEW_TOKEN
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return earlier


def session_of(browser: Client) -> Session:
    return Session.objects.get(pk=browser.cookies[NEW].value)


def test_the_new_name_is_for_this_host_only(upgraded, ada):
    browser = Client()
    browser.get("/login/")
    browser.post("/login/", {"username": "ada", "password": "a long enough sentence"})
    for name in (NEW, NEW_TOKEN):
        cookie = browser.cookies[name]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert OLD not in browser.cookies


def test_without_https_the_names_stay():
    assert (given.SESSION_COOKIE_NAME, given.CSRF_COOKIE_NAME) == (OLD, OLD_TOKEN)


class TestTheOldName:
    def test_is_read_and_replaced(self, upgraded):
        answer = upgraded.get("/password/")
        assert answer.status_code == 200
        assert {answer.cookies[name].value for name in (OLD, OLD_TOKEN)} == {""}
        assert answer.cookies[NEW_TOKEN].value == TOKEN
        del upgraded.cookies[OLD], upgraded.cookies[OLD_TOKEN]
        assert upgraded.get("/password/").status_code == 200

    def test_lets_a_form_that_was_open_be_sent(self, upgraded):
        answer = upgraded.post("/theme/", {"theme": "dark"}, headers={"X-CSRFToken": TOKEN, "HX-Request": "true"})
        assert answer.status_code == 204
        again = {"X-CSRFToken": upgraded.cookies[NEW_TOKEN].value, "HX-Request": "true"}
        assert upgraded.post("/theme/", {"theme": "light"}, headers=again).status_code == 204

    def test_is_read_once(self, upgraded):
        old = upgraded.cookies[OLD].value
        upgraded.get("/password/")
        session = session_of(upgraded).get_decoded() | {MARK: int(now().timestamp()) - MOVING_SECONDS - 1}
        Session.objects.save(upgraded.cookies[NEW].value, session, session_of(upgraded).expire_date)
        other = Client()
        other.cookies[OLD] = old
        assert other.get("/password/").status_code == 302

    def test_a_request_that_was_on_its_way_is_still_hers(self, upgraded):
        other = Client()
        other.cookies[OLD] = upgraded.cookies[OLD].value
        upgraded.get("/password/")
        assert other.get("/password/").status_code == 200

    def test_does_not_open_a_session_that_began_under_the_new_one(self, upgraded, ben):
        browser = Client()
        browser.post("/login/", {"username": "ben", "password": "a long enough sentence"})
        planted = Client()
        planted.cookies[OLD] = browser.cookies[NEW].value
        assert planted.get("/password/").status_code == 302

    @pytest.mark.parametrize("value", ["", "nonsense", "x" * 5000])
    def test_is_nothing_when_it_names_no_session(self, upgraded, value):
        browser = Client()
        browser.cookies[OLD] = value
        assert browser.get("/password/").status_code == 302

    def test_opens_the_socket_of_a_page_that_was_open(self, upgraded):
        def key(cookies):
            return _session_key({"headers": [(b"cookie", cookies)]})

        assert key(b"desk_session=old") == "old"
        assert key(b"desk_session=old; __Host-desk_session=new") == "new"


@pytest.mark.parametrize("path", ["/login/", "/admin/", "/healthz", "/nowhere", "/api/v1/support-management/tickets/"])
def test_no_answer_allows_a_feature_of_the_device(client, db, path):
    policy = client.get(path).headers["Permissions-Policy"]
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(policy.split(", "))
