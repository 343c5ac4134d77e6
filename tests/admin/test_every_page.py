"""Every model has its pages; they open for admins only and cost the same however long they are."""

from datetime import date, timedelta
from itertools import count

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management import models
from support_management.core.heartbeats import beat
from support_management.core.time import now
from support_management.disputes import lifecycle
from support_management.escalations import raise_escalation
from support_management.models import ApiToken, Dispute, Order, Ticket, User
from support_management.notifications import preferences
from support_management.notifications.email import outbox
from support_management.people import api_tokens
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import conversation
from tests import cast, factories
from tests.admin.conftest import page_of

REGISTERED = sorted(admin.site._registry, key=lambda model: model.__name__)
OURS = [getattr(models, name) for name in models.__all__]


_fresh = count(1)


def a_lively_desk(rows: int):
    """So many more rows of everything that work makes."""
    for number in (next(_fresh) for _ in range(rows)):
        agent = factories.make_agent(capacity=100)
        order = factories.make_order(client=cast.person(f"client{number}", "client"))
        ticket = factories.make_ticket(order=order, tags=[f"tag{number}"], requester=order.client, assignee=agent)
        conversation.reply(ticket=ticket.pk, by=agent, body="On it.")
        dispute = factories.make_dispute(order=order, assignee=agent)
        lifecycle.resolve(dispute=dispute.pk, outcome="withdrawn", notes="Settled.", by=agent)
        api_tokens.issue(user=agent)
        beat(f"part{number}")
        models.PlannedAbsence.objects.create(user=agent, begins_at=now(), ends_at=now() + timedelta(days=number))
        models.DashboardDrift.objects.create(agent=agent, before={}, after={})
        models.AssignmentDecision.objects.create(ticket=ticket, trigger="hand", outcome="assigned", chosen=agent)
        models.IdempotencyKey.objects.create(user=agent, key=str(number), request_hash="x", status=200)
        outbox.enqueue([outbox.OutgoingMail(person_id=agent.pk, kind="breached", subject="T-1: SLA breached")])
        preferences.choose(by=agent, choices={"breached": preferences.DeliveryChannels(bell=True, mail=False)})
        models.SLAFollowUp.objects.create(policy=models.SLAPolicy.objects.first(), by=agent)
        models.Website.objects.create(name=f"Site {number}")
        a_skill(number, agent)
        an_escalation(number, ticket)
        a_report(number)


def a_skill(number: int, agent: User):
    skill = models.Specialization.objects.create(slug=f"skill{number}", name=f"Skill {number}")
    models.SkillLevel.objects.create(profile=agent.support_profile, specialization=skill)
    models.SkillRule.objects.create(name=f"Skill {number}", specialization=skill, conditions={"tag": f"tag{number}"})
    models.DisputeWeight.objects.get_or_create(priority=number % 4 + 1, defaults={"units": 1})


def an_escalation(number: int, ticket: Ticket):
    facts = {"name": f"Rule {number}", "tell_person": ticket.assignee, "policy": models.SLAPolicy.objects.first()}
    rule = models.EscalationRule.objects.create(**facts, escalate=True)
    clock = OrderDisputeSLA.objects.filter(ticket=ticket).first()
    models.EscalationRun.objects.create(rule=rule, clock=clock, kind="breached", due_at=clock.due_at)
    raise_escalation.work(rule=rule.name, reason="Resolution: breached", level=1, ticket_id=ticket.pk)


def a_report(number: int):
    start = date(2026, 11, 2) - timedelta(weeks=number)
    models.SLAReport.objects.create(kind="week", start=start, time_zone="UTC", figures={}, row_count=0)


def cost_of(browser, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_every_model_of_the_desk_is_there():
    assert set(OURS) == set(REGISTERED)


@pytest.mark.django_db
class TestLists:
    def test_ira_opens_each_and_fifty_rows_cost_as_many_queries_as_five(self, as_ira):
        a_lively_desk(5)
        cost_of(as_ira, page_of(User, "changelist"))  # what a process asks only once
        few = {model: cost_of(as_ira, page_of(model, "changelist")) for model in OURS}
        a_lively_desk(45)
        many = {model: cost_of(as_ira, page_of(model, "changelist")) for model in OURS}
        assert many == few
        assert max(many.values()) <= 16

    @pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
    def test_a_search_finds_its_way(self, as_ira, model):
        a_lively_desk(1)
        assert as_ira.get(page_of(model, "changelist"), {"q": "T-1"}).status_code == 200


@pytest.mark.django_db
class TestForms:
    @pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
    def test_ira_opens_a_row(self, as_ira, model):
        a_lively_desk(2)
        row = model._default_manager.first()
        assert cost_of(as_ira, page_of(model, "change", row.pk)) <= 25

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
        assert response.status_code == (200 if model.__name__ in made else 403)

    @pytest.mark.parametrize("model", [Ticket, Dispute, Order, User, OrderDisputeSLA])
    def test_work_and_people_are_never_deleted(self, as_ira, model):
        a_lively_desk(1)
        row = model._default_manager.first()
        assert as_ira.post(page_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        assert model._default_manager.filter(pk=row.pk).exists()

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
