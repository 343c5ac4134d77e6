"""A person's own API tokens at /tokens/."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from support_management.audit.models import SupportActionLog
from support_management.core import request_context
from support_management.core.errors import Conflict, Invalid
from support_management.core.time import now
from support_management.people import api_tokens
from support_management.people.models import ApiToken
from tests.pages.builders import Person
from tests.refusals import refused

pytestmark = pytest.mark.django_db
WORD = re.compile(r"desk_[\w-]{43}")


@pytest.fixture
def here(ada):
    return Person(ada, scripted=False)


def create(person, name="nightly import", lifetime="90", **facts):
    return person.post("/tokens/", name=name, lifetime=lifetime, **facts)


def use(token: str, *, later: timedelta = timedelta(0), ip: str = "203.0.113.9") -> None:
    """A request with the token, as if that much time had passed since the last one."""
    for row in ApiToken.objects.exclude(last_used_at=None):
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=row.last_used_at - later)
    request_context.begin(door="api", ip=ip)
    api_tokens.owner(token)


class TestCreating:
    def test_the_new_token_is_shown_once_and_opens_the_api(self, here, ada):
        [word] = WORD.findall(create(here).text)
        assert api_tokens.owner(word) == ada
        row = ApiToken.objects.get()
        assert timedelta(days=89) < row.expires_at - now() < timedelta(days=91)
        assert row.name == "nightly import"
        assert not WORD.search(here.get("/tokens/").text)
        assert SupportActionLog.objects.get(verb="issue").actor == ada

    def test_it_may_last(self, here):
        create(here, lifetime="never")
        assert ApiToken.objects.get().expires_at is None

    def test_the_same_form_twice_makes_one(self, here):
        create(here, key="once")
        answer = create(here, key="once")
        assert ApiToken.objects.count() == 1
        assert "This form was sent before." in answer.text
        assert not WORD.search(answer.text)

    @pytest.mark.parametrize("facts", [{"name": ""}, {"name": "x" * 61}, {"lifetime": "1"}, {"name": "a\x00b"}])
    def test_what_is_wrong_stays_in_the_form(self, here, facts):
        answer = create(here, **facts)
        assert 'class="error"' in answer.text
        assert not ApiToken.objects.exists()

    def test_there_is_an_end_to_it(self, here, ada, monkeypatch):
        monkeypatch.setattr(api_tokens, "MOST_VALID", 1)
        create(here)
        answer = create(here)
        assert answer.status_code == 409
        assert "Revoke one that is no longer needed." in answer.text
        with refused("too_many_tokens", Conflict):
            api_tokens.issue(user=ada, by=ada)
        assert api_tokens.issue(user=ada), "an operator may"

    def test_an_end_that_has_passed(self, ada):
        with refused("in_the_past", Invalid, field="expires_at"):
            api_tokens.issue(user=ada, expires_at=now())


class TestRevoking:
    def test_hers_is_refused_from_then_on(self, here, ada):
        word = api_tokens.issue(user=ada, name="old laptop")
        assert "Revoke<span" in here.get("/tokens/").text
        answer = here.post(f"/tokens/{ApiToken.objects.get().pk}/revoke/")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/tokens/")
        assert api_tokens.owner(word) is None
        assert "Revoke<span" not in here.get("/tokens/").text

    def test_another_persons_is_neither_shown_nor_revoked(self, here, ben):
        word = api_tokens.issue(user=ben, name="of ben")
        assert "of ben" not in here.get("/tokens/").text
        assert "of ben" in Person(ben).get("/tokens/").text
        here.scripted = True
        assert here.post(f"/tokens/{ApiToken.objects.get().pk}/revoke/").status_code == 404
        assert api_tokens.owner(word) == ben


class TestWhoComesIn:
    def test_parties_have_tokens_too(self, cleo):
        answer = Person(cleo, scripted=False).get("/tokens/")
        assert "No tokens." in answer.text
        assert "/queue/" not in answer.text

    def test_strangers_sign_in(self, db):
        assert Client().get("/tokens/").headers["Location"] == "/login/?next=%2Ftokens%2F"

    def test_the_menu_leads_there(self, here):
        assert 'href="/tokens/"' in here.get("/queue/").text


class TestExpiry:
    def test_an_expired_one_opens_nothing_and_says_so(self, here, ada):
        word = api_tokens.issue(user=ada, expires_at=now() + timedelta(days=1))
        assert api_tokens.owner(word) == ada
        ApiToken.objects.update(expires_at=now())
        assert api_tokens.owner(word) is None
        assert "expired" in here.get("/tokens/").text

    def test_the_last_that_ended_are_listed(self, ada, monkeypatch):
        monkeypatch.setattr(api_tokens, "ENDED_SHOWN", 1)
        for _ in range(3):
            api_tokens.issue(user=ada)
        first, *_rest, last = ApiToken.objects.order_by("pk")
        ApiToken.objects.exclude(pk=first.pk).update(revoked_at=now())
        assert [row.pk for row in api_tokens.listed(ada)] == [first.pk, last.pk]


class TestLastUse:
    def test_is_stored_once_a_minute(self, here, ada, django_assert_num_queries):
        word = api_tokens.issue(user=ada)
        assert "never used" in here.get("/tokens/").text
        use(word)
        assert "from 203.0.113.9" in here.get("/tokens/").text
        with django_assert_num_queries(1):
            api_tokens.owner(word)

    def test_is_audited_by_the_hour_and_address(self, ada):
        word = api_tokens.issue(user=ada)
        use(word)
        for later, ip in ((timedelta(seconds=5), "203.0.113.9"), (timedelta(hours=1), "203.0.113.9")):
            use(word, later=later, ip=ip)
        use(word, later=timedelta(minutes=1), ip="198.51.100.7")
        entries = SupportActionLog.objects.filter(verb="use", object_kind="apitoken").order_by("pk")
        assert [entry.ip for entry in entries] == ["203.0.113.9", "203.0.113.9", "198.51.100.7"]
        assert {entry.actor for entry in entries} == {ada}

    def test_of_a_token_that_is_refused_is_none(self, ada):
        word = api_tokens.issue(user=ada)
        ApiToken.objects.update(revoked_at=now())
        use(word)
        assert ApiToken.objects.get().last_used_at is None
