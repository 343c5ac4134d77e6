"""Every model has its pages; they open for admins only and cost the same however long they are."""

import pytest
from django.contrib import admin

from support_management.models import ApiToken, Ticket, User
from support_management.people import api_tokens
from support_management.tickets import conversation
from tests import factories
from tests.admin.conftest import OURS, cost_of, page_of
from tests.admin.lively_desk import a_lively_desk

REGISTERED = sorted(admin.site._registry, key=lambda model: model.__name__)


def test_every_model_of_the_desk_is_there():
    assert set(OURS) == set(REGISTERED)


@pytest.mark.django_db
class TestLists:
    def test_ira_opens_each_and_thirty_rows_cost_as_many_queries_as_five(self, as_ira):
        a_lively_desk(5)
        cost_of(as_ira, page_of(User, "changelist"))  # what a process asks only once
        few = {model: cost_of(as_ira, page_of(model, "changelist")) for model in OURS}
        a_lively_desk(25)
        many = {model: cost_of(as_ira, page_of(model, "changelist")) for model in OURS}
        assert many == few
        assert max(many.values()) <= 16


@pytest.mark.django_db
class TestForms:
    def test_a_long_timeline_costs_as_many_queries_as_a_short_one(self, as_ira, ada):
        ticket = factories.make_ticket(assignee=ada)
        address = page_of(Ticket, "change", ticket.pk)
        cost_of(as_ira, address)
        short = cost_of(as_ira, address)
        for number in range(30):
            conversation.note(ticket=ticket.pk, by=ada, body=f"Note {number}")
        assert cost_of(as_ira, address) == short

    @pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
    def test_new_rows_are_made_where_people_make_them(self, as_ira, model):
        response = as_ira.get(page_of(model, "add"))
        made = {"User", "Website", "Ticket", "Order", "Dispute", "SLAPolicy", "Tag", "TicketType", "BusinessCalendar"}
        made |= {"EscalationRule", "PlannedAbsence", "Specialization", "SkillLevel", "SkillRule", "DisputeWeight"}
        made |= {"ShopEndpoint"}
        assert response.status_code == (200 if model.__name__ in made else 403)

    def test_a_token_shows_its_hint_and_never_its_digest(self, as_ira, ada):
        token = api_tokens.issue(user=ada)
        row = ApiToken.objects.get()
        shown = as_ira.get(page_of(ApiToken, "change", row.pk)).content.decode()
        assert row.hint in shown
        assert token not in shown
        assert row.digest not in shown

    def test_a_person_shows_no_hash(self, as_ira, ada):
        shown = as_ira.get(page_of(User, "change", ada.pk)).content.decode()
        assert ada.name in shown
        assert ada.password not in shown


@pytest.mark.django_db
class TestWhoComesIn:
    @pytest.mark.parametrize("who", ["ada", "lea", "cleo", "wim", "eda"])
    def test_who_is_no_admin_stays_outside(self, request, client, who):
        client.force_login(request.getfixturevalue(who))
        for model in REGISTERED:
            response = client.get(page_of(model, "changelist"), follow=True)
            assert response.status_code == 403, model

    def test_ira_comes_in(self, as_ira):
        response = as_ira.get("/admin/")
        assert response.status_code == 200
        assert b"Support Console" in response.content

    def test_who_is_not_signed_in_comes_to_the_sign_in(self, client, db):
        response = client.get("/admin/", follow=True)
        assert response.redirect_chain[-1][0].startswith("/login/?next=")
