"""Whether a new password ends the person's API tokens, at every door where one is set."""

import io
import re

import pytest
from django.contrib.auth.management.commands import changepassword
from django.core.management import call_command
from django.test import Client

from support_management.audit.models import SupportActionLog
from support_management.models import User
from support_management.people import accounts, api_tokens
from tests.admin.conftest import page_of
from tests.cast import PASSWORD

NEW = "quite another sentence"


@pytest.fixture
def tokens(ada) -> list[str]:
    return [api_tokens.issue(user=ada), api_tokens.issue(user=ada)]


def valid(tokens: list[str]) -> int:
    return sum(api_tokens.owner(token) is not None for token in tokens)


def revoked_by() -> list[str]:
    return [str(line.actor) for line in SupportActionLog.objects.filter(verb="revoke")]


class TestOwnPage:
    def change(self, ada, **more):
        client = Client()
        client.force_login(ada)
        facts = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW} | more
        assert client.post("/password/", facts).status_code == 303
        return client.get("/password/").text

    def test_tokens_go_on_unless_she_says_otherwise(self, ada, tokens):
        page = self.change(ada)
        assert "revoked." not in page
        assert valid(tokens) == 2

    def test_they_end_with_it_if_she_says_so(self, ada, tokens):
        assert "2 API tokens were revoked." in self.change(ada, end_tokens="on")
        assert valid(tokens) == 0
        assert revoked_by() == [str(ada)] * 2


class TestAdministration:
    @pytest.fixture
    def page(self, ada) -> str:
        return page_of(User, "change", ada.pk).replace("change/", "password/")

    @pytest.fixture
    def as_ira(self, ira):
        client = Client()
        client.force_login(ira)
        return client

    def test_the_form_proposes_it(self, as_ira, page):
        assert re.search(r'<input[^>]*name="end_tokens"[^>]*\bchecked', as_ira.get(page).text)

    @pytest.mark.parametrize(("said", "left"), [({"end_tokens": "on"}, 0), ({}, 2)])
    def test_a_set_password_does_what_was_said(self, as_ira, ira, page, tokens, said, left):
        facts = {"usable_password": "true", "password1": NEW, "password2": NEW, "set-password": "1"}
        answer = as_ira.post(page, facts | said, follow=True)
        assert ("2 API tokens were revoked." in answer.text) == (left == 0)
        assert valid(tokens) == left
        assert revoked_by() == [str(ira)] * (2 - left)

    def test_so_does_one_that_is_taken_away(self, as_ira, ira, ada, page, tokens):
        as_ira.post(page, {"usable_password": "false", "unset-password": "1", "end_tokens": "on"})
        ada.refresh_from_db()
        assert not ada.has_usable_password()
        assert revoked_by() == [str(ira)] * 2


class TestElsewhere:
    def test_a_command_ends_them(self, ada, tokens, monkeypatch):
        monkeypatch.setattr(changepassword.Command, "_get_pass", lambda *_: NEW)
        call_command("changepassword", "ada", stdout=io.StringIO())
        assert valid(tokens) == 0

    def test_so_does_a_shell(self, ada, tokens):
        ada.set_password(NEW)
        ada.save()
        assert valid(tokens) == 0

    def test_signing_in_and_other_changes_do_not(self, ada, tokens, settings):
        before = ada.password
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", *settings.PASSWORD_HASHERS]
        assert ada.check_password(PASSWORD)
        assert ada.password != before, "hashed anew"
        ada.name = "Ada Another"
        ada.save()
        assert valid(tokens) == 2

    def test_of_others_nothing_ends(self, ada, ben, tokens):
        ben.set_password(NEW)
        ben.save()
        assert valid(tokens) == 2
        assert accounts.revoke_tokens(person=ben, by=None) == 0
