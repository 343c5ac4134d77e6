"""Who asks: a token, or the browser's session with its CSRF token."""

import pytest
from django.test import Client

from support_management.core import request_context
from support_management.people import api_tokens
from support_management.people.models import ApiToken
from support_management.tickets.models import Ticket
from tests.api.program import ROOT, problem
from tests.cast import PASSWORD
from tests.factories import make_ticket


class TestBearer:
    def test_nobody_is_told_the_way_in(self, api, db):
        response = api().get("tickets/")
        problem(response, 401, "not_authenticated")
        assert response["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize("token", ["nonsense", "", "desk_x y", "ÿþ", "x" * 5000])
    def test_a_wrong_token_opens_nothing(self, api, db, token):
        problem(api(authorization=f"Bearer {token}").get("tickets/"), 401, "bad_token")

    def test_another_scheme_is_nobody(self, api, db):
        problem(api(authorization="Basic YWRhOmFkYQ==").get("tickets/"), 401, "not_authenticated")

    def test_a_revoked_token_and_a_disabled_person_open_nothing(self, api, ada):
        program = api(ada)
        assert program.get("tickets/").status_code == 200
        ada.is_active = False
        ada.save()
        problem(program.get("tickets/"), 401, "bad_token")
        ada.is_active = True
        ada.save()
        ApiToken.objects.all().delete()
        problem(program.get("tickets/"), 401, "bad_token")

    def test_the_word_bearer_may_be_written_small(self, ada):
        token = api_tokens.issue(user=ada)
        assert Client().get(ROOT + "tickets/", headers={"authorization": f"bearer {token}"}).status_code == 200

    def test_the_audit_knows_the_door(self, api, ada):
        ticket = make_ticket()
        assert api(ada).post(f"tickets/{ticket.pk}/claim/").status_code == 200
        door = request_context.current()
        assert (door.door, door.user_id) == ("api", ada.pk)


class TestSession:
    @pytest.fixture
    def browser(self, ada):
        browser = Client(enforce_csrf_checks=True)
        assert browser.login(username="ada", password=PASSWORD)
        return browser

    def test_ada_reads_with_her_session(self, browser):
        assert browser.get(ROOT + "dashboard/").status_code == 200

    def test_without_the_csrf_token_nothing_is_written(self, browser):
        ticket = make_ticket()
        refused = browser.post(f"{ROOT}tickets/{ticket.pk}/claim/", content_type="application/json")
        problem(refused, 403, "csrf")
        assert Ticket.objects.get(pk=ticket.pk).assignee is None

    def test_with_it_it_is(self, browser, ada):
        ticket = make_ticket()
        browser.cookies["csrftoken"] = token = "a" * 32
        done = browser.post(
            f"{ROOT}tickets/{ticket.pk}/claim/", content_type="application/json", headers={"x-csrftoken": token}
        )
        assert done.status_code == 200, done.content
        assert done.json()["assignee"]["id"] == ada.pk

    def test_a_token_needs_no_csrf(self, api, ada):
        program = api(ada)
        program.client = Client(enforce_csrf_checks=True)
        assert program.post(f"tickets/{make_ticket().pk}/claim/").status_code == 200
