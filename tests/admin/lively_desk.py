"""Rows of every model, as work makes them."""

from datetime import date, timedelta
from itertools import count

from support_management import models
from support_management.core.heartbeats import beat
from support_management.core.time import now
from support_management.disputes import lifecycle
from support_management.escalations import raise_escalation
from support_management.models import Ticket, User
from support_management.notifications import preferences
from support_management.notifications.email import outbox
from support_management.order_management import status_actions
from support_management.order_management.acting import Words
from support_management.payment_issues import steps
from support_management.people import api_tokens
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import conversation
from tests import cast, factories

_fresh = count(1)


def a_lively_desk(rows: int):
    """So many more rows of everything that work makes."""
    for number in (next(_fresh) for _ in range(rows)):
        agent = factories.make_agent(capacity=100)
        order = factories.make_order(client=cast.person(f"client{number}", "client"))
        ticket = factories.make_ticket(order=order, tags=[f"tag{number}"], requester=order.client, assignee=agent)
        conversation.reply(ticket=ticket.pk, by=agent, body="On it.")
        models.ShopEndpoint.objects.create(website=order.website, digest=f"hash {number}", hint="shop_abc")
        factories.make_money_effect(order, "1.00", by=agent)
        dispute = factories.make_dispute(order=order, assignee=agent)
        lifecycle.resolve(dispute=dispute.pk, outcome="withdrawn", notes="Settled.", by=agent)
        api_tokens.issue(user=agent)
        models.WorkAttention.objects.create(user=agent, kind="ticket", work_id=ticket.pk, active_at=now())
        models.PasswordAttempt.objects.create(account="a keyed hash", network="203.0.113.9")
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
        an_order_action(agent)
        a_payment_issue(agent)


def an_order_action(agent: User):
    words = Words("The bank asked for it", message="Please wait.")
    status_actions.hold(order=factories.make_order().pk, by=agent, words=words)


def a_payment_issue(agent: User):
    issue = factories.make_payment_issue(by=agent)
    steps.record(issue=issue.pk, kind="contact", outcome="reached", note="By phone", by=agent)


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
