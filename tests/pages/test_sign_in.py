"""Coming in at /login/."""

import pytest
from django.conf import settings
from django.test import Client

from console.forms.session import INCORRECT
from support_management.audit.models import SupportActionLog
from support_management.core.errors import SlowDown
from support_management.people.passwords import attempts
from tests.cast import PASSWORD

LIMIT = settings.SIGN_IN_FAILURES


def sign_in(client, username="ada", password=PASSWORD, **facts):
    return client.post("/login/", {"username": username, "password": password} | facts)


def test_ada_signs_in_and_stands_at_the_start(client, ada):
    assert sign_in(client).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_her_session_gets_a_new_key_on_signing_in(client, ada):
    client.get("/login/")
    before = client.session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_a_password_manager_finds_its_fields(client, db):
    html = client.get("/login/").text
    assert 'name="username"' in html
    assert 'autocomplete="username"' in html
    assert 'autocomplete="current-password"' in html


@pytest.mark.parametrize(("username", "password"), [("ada", "wrong"), ("nobody", PASSWORD), ("ada", "x" * 900)])
def test_whoever_mistypes_reads_one_sentence_that_tells_nothing_else(client, ada, username, password):
    answer = sign_in(client, username, password)
    assert answer.status_code == 200
    assert answer.text.count(INCORRECT) == 1
    assert password not in answer.text
    assert "_auth_user_id" not in client.session


def test_a_person_who_was_deactivated_reads_the_same_sentence(client, ada):
    ada.is_active = False
    ada.save()
    assert INCORRECT in sign_in(client).text


@pytest.mark.parametrize(
    "hostile", ["\x00", "a\x00da", "‮ada", "<script>", "a" * 5000, "\ud800".encode("utf-8", "surrogatepass")]
)
def test_hostile_names_get_a_page_with_a_sentence(client, db, hostile):
    answer = sign_in(client, hostile, "x")
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace('<script src="', "").replace('<script type="module"', "")


def test_she_comes_back_to_where_she_was(client, ada):
    assert client.get("/password/").headers["Location"] == "/login/?next=/password/"
    assert sign_in(client, next="/password/").headers["Location"] == "/password/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        r"\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "http:evil.example",
    ],
)
def test_next_never_leads_to_another_host(client, ada, elsewhere):
    assert sign_in(client, next=elsewhere).headers["Location"] == "/"


def test_who_is_signed_in_need_not_sign_in_again(client, ada):
    client.force_login(ada)
    assert client.get("/login/").headers["Location"] == "/"


def test_a_form_without_its_token_is_refused(ada):
    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "has expired" in answer.text
    assert "_auth_user_id" not in client.session


def test_a_form_with_its_token_is_taken(ada):
    client = Client(enforce_csrf_checks=True)
    client.get("/login/")
    assert sign_in(client, csrfmiddlewaretoken=client.cookies["csrftoken"].value).status_code == 302


class TestGuessing:
    def test_too_many_wrong_passwords_are_slowed_down(self, client, ada):
        for _ in range(LIMIT):
            assert sign_in(client, password="guess").status_code == 200
        answer = sign_in(client, password="guess")
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "Too many attempts" in answer.text
        assert sign_in(client).status_code == 429

    def test_from_another_address_ada_still_comes_in(self, client, ada):
        for _ in range(LIMIT):
            sign_in(client, password="guess")
        assert (
            Client(REMOTE_ADDR="10.1.2.3").post("/login/", {"username": "ada", "password": PASSWORD}).status_code == 302
        )

    def test_the_right_password_clears_the_count(self, client, ada):
        for _ in range(LIMIT - 1):
            sign_in(client, password="guess")
        assert sign_in(client).status_code == 302
        client.logout()
        assert sign_in(client, password="guess").status_code == 200

    def test_the_sign_in_of_the_administration_leads_to_this_one(self, client, ira):
        for _ in range(LIMIT):
            sign_in(client, "ira", "guess")
        answer = client.post("/admin/login/", {"username": "ira", "password": PASSWORD}, follow=True)
        assert answer.redirect_chain == [("/login/?next=/admin/", 302)]
        assert "_auth_user_id" not in client.session

    def test_where_the_password_is_changed_the_same_limit_holds(self, client, ada):
        client.force_login(ada)
        fields = {"old_password": "guess", "new_password1": "another sentence", "new_password2": "another sentence"}
        for _ in range(LIMIT):
            assert client.post("/password/", fields).status_code == 200
        answer = client.post("/password/", fields | {"old_password": PASSWORD})
        assert answer.status_code == 429
        assert "Too many attempts. Try again in 15 minutes." in answer.text
        assert sign_in(Client()).status_code == 429, "it is one count"

    @pytest.mark.parametrize("path", ["/login/", "/password/", "/admin/support_management/user/{pk}/password/"])
    def test_who_cannot_be_checked_now_is_told_when(self, client, ira, monkeypatch, path):
        def busy(*_):
            raise SlowDown(1)

        monkeypatch.setattr(attempts, "checked", busy)
        monkeypatch.setattr("django.contrib.auth.hashers.MD5PasswordHasher.encode", busy)
        if path != "/login/":
            client.force_login(ira)
        new = "another sentence"
        fields = {"username": "ira", "password": "x", "old_password": "x", "new_password1": new, "new_password2": new}
        answer = client.post(path.format(pk=ira.pk), fields | {"password1": new, "password2": new})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
        assert "Try again in 1 second." in answer.text

    def test_a_session_of_an_earlier_version_stays_signed_in(self, client, ada):
        client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/password/").status_code == 200

    def test_the_audit_has_the_address_and_the_door(self, client, ada):
        sign_in(client, password="guess")
        entry = SupportActionLog.objects.get(verb="sign_in_failed")
        assert (entry.object_id, entry.ip, entry.door) == (ada.pk, "127.0.0.1", "console")
