"""What the person reads when something cannot be answered."""

import json

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from psycopg_pool import PoolTimeout

from console import urls as console_urls
from console.views import errors

TROUBLE = {
    "bug": ValueError("a secret in the traceback"),
    "away": OperationalError("connection refused"),
    "gone": InterfaceError("connection already closed"),
    "crowded": PoolTimeout("no connection after 5 s"),
    "odd": SuspiciousOperation("odd"),
    "big": RequestDataTooBig("big"),
    "nothing": Http404("nothing"),
    "mine": PermissionDenied("This is Lea's."),
}


def fall(request, what):
    raise TROUBLE[what]


def slow(request):
    return errors.too_many(request, wait=60)


urlpatterns = [
    path("fall/<what>/", fall),
    path("api/fall/<what>/", fall),
    path("slow/", slow),
    path("fine/", lambda request: HttpResponse("fine")),
    *console_urls.urlpatterns,
]
handler400, handler403 = console_urls.handler400, console_urls.handler403
handler404, handler500 = console_urls.handler404, console_urls.handler500

KINDS = [
    ("bug", 500, "Something went wrong on our side"),
    ("away", 503, "is not responding"),
    ("gone", 503, "is not responding"),
    ("crowded", 503, "is not responding"),
    ("odd", 400, "could not understand"),
    ("big", 413, "too large"),
    ("nothing", 404, "does not exist or you don"),
    ("mine", 403, "This is Lea"),
]


@pytest.fixture
def visitor(db):
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize(("what", "status", "words"), KINDS)
def test_each_trouble_has_its_page_in_the_look_of_the_console(visitor, what, status, words):
    answer = visitor.get(f"/fall/{what}/")
    assert answer.status_code == status
    assert words in answer.text
    assert "css/console" in answer.text
    assert "<h1>" in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize(("what", "status", "words"), KINDS)
def test_signed_in_people_read_the_same(visitor, ada, what, status, words):
    visitor.force_login(ada)
    answer = visitor.get(f"/fall/{what}/")
    assert (answer.status_code, words in answer.text) == (status, True)


@pytest.mark.parametrize(("what", "status", "words"), KINDS)
def test_a_script_of_a_page_gets_the_sentence_and_replaces_nothing(visitor, what, status, words):
    answer = visitor.get(f"/fall/{what}/", headers={"HX-Request": "true"})
    assert answer.status_code == status
    assert words in json.loads(answer.headers["HX-Trigger"])["refused"]["text"]
    assert answer.headers["HX-Reswap"] == "none"
    assert "<" not in answer.text


@pytest.mark.parametrize(("what", "status", "words"), KINDS)
def test_a_program_gets_a_problem_document(visitor, what, status, words):
    answer = visitor.get(f"/api/fall/{what}/")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code == status
    assert words in answer.json()["detail"]
    assert answer.json()["code"]


def test_trouble_that_passes_says_when_to_come_back(visitor):
    assert visitor.get("/fall/away/").headers["Retry-After"] == errors.RETRY_AFTER_SECONDS
    assert visitor.get("/slow/").headers["Retry-After"] == "60"
    assert visitor.get("/slow/").status_code == 429


def test_a_database_lost_between_the_middlewares_is_503_too(visitor, ada, monkeypatch):
    visitor.force_login(ada)
    assert visitor.get("/fine/").status_code == 200

    def lost(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.contrib.auth.get_user", lost)
    monkeypatch.setattr("django.contrib.auth.middleware.auth.get_user", lost)
    answer = visitor.get("/fine/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_body_over_the_limit_is_refused_before_it_is_read(visitor):
    body = "x" * (settings.MAX_BODY_BYTES + 1)
    answer = visitor.post("/login/", body, content_type="text/plain")
    assert answer.status_code == 413
    assert "1024 KiB" in answer.text
    assert visitor.post("/api/fall/nothing/", body, content_type="application/json").status_code == 413


def test_an_unknown_host_is_400_and_not_a_second_error(visitor):
    answer = visitor.get("/login/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


WAYS = [
    ("/tickets/T-1/reply/", "/tickets/T-1/"),
    ("/disputes/4/resolve/", "/disputes/"),
    ("/dashboard/refresh/", "/dashboard/"),
    ("/theme/", "/"),
    ("/updates/", "/"),
    ("/logout/", "/"),
]


@pytest.mark.parametrize(("address", "way"), WAYS)
def test_an_address_that_only_takes_forms_leads_back_to_its_page(visitor, ada, address, way):
    visitor.force_login(ada)
    answer = visitor.get(address)
    assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)
    assert f'href="{way}">Back to the page' in answer.text
    assert '<nav class="rail"' in answer.text


def test_a_page_that_is_only_looked_at_says_so_to_whoever_sends(visitor, ada):
    visitor.force_login(ada)
    answer = visitor.post("/queue/")
    assert answer.status_code == 405
    assert "Nothing was changed" in answer.text
    told = visitor.post("/queue/", headers={"HX-Request": "true"})
    assert json.loads(told.headers["HX-Trigger"])["refused"]["code"] == "not_allowed"


def test_a_program_is_not_answered_with_a_page(visitor):
    answer = visitor.post("/api/v1/support-management/schema/")
    assert answer.status_code in (401, 403, 405)
    assert "html" not in answer.headers["Content-Type"]


def test_no_page_is_kept_by_caches(visitor, ada):
    visitor.force_login(ada)
    for address in ("/password/", "/nowhere/", "/fall/mine/"):
        assert "no-store" in visitor.get(address).headers["Cache-Control"]
