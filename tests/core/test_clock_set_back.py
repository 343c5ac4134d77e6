"""Two hours forward, three back: what was stored meanwhile lies in the future, and nothing waits for it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from support_management import tasks
from support_management.analytics.models import SLAReport
from support_management.core import request_context
from support_management.core.errors import SlowDown
from support_management.core.time import now
from support_management.notifications.email import outbox
from support_management.notifications.email.outbox import OutgoingMail
from support_management.notifications.models import MailDuty
from support_management.people import api_tokens, presence
from support_management.people.availability import service
from support_management.people.models import ApiToken, SupportAvailability, SupportWorkloadTracker
from support_management.people.passwords import attempts
from support_management.people.passwords.models import PasswordAttempt
from support_management.routing.dispatch import backlog_sweep
from support_management.routing.inputs import attention
from support_management.routing.inputs.attention import AttentionSign
from support_management.routing.models import ReassignmentLog
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import ownership, party_budgets
from support_management.tickets.models import Ticket
from tests.factories import make_order, make_ticket
from tests.notifications.email.mail_server import mail_server
from tests.refusals import refused
from tests.routing.builders import able, asks, queue

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def jump(monkeypatch):
    """`jump(by)`: from now on the clock on the wall differs by that from the real one."""
    real = timezone.now

    def to(by: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + by)

    monkeypatch.setattr(backlog_sweep, "_last_empty_pass", None)
    return to


def owner(ticket: Ticket) -> int | None:
    return Ticket.objects.get(pk=ticket.pk).assignee_id


class TestRules:
    @pytest.fixture
    def run(self, jump) -> EscalationRun:
        rule = EscalationRule.objects.create(name="Call for help", tag="late")
        clock = OrderDisputeSLA.objects.filter(ticket=make_ticket()).first()
        jump(2 * HOUR)
        return EscalationRun.objects.create(rule=rule, clock=clock, kind="breached", due_at=now())

    def test_a_new_one_runs_at_once(self, jump, run):
        jump(-HOUR)
        assert tasks.run_escalations() == 1

    def test_one_that_failed_waits_no_longer_than_it_ever_does(self, jump, run):
        EscalationRun.objects.update(attempts=3, next_try_at=now() + timedelta(seconds=40))
        assert tasks.run_escalations() == 0
        jump(-HOUR)
        assert tasks.run_escalations() == 1


class TestMail:
    @pytest.mark.parametrize(
        "tried", [{}, {"attempts": 3, "state": "uncertain"}, {"attempts": 1, "state": "sending"}], ids=str
    )
    @pytest.mark.parametrize("back", [2.1 * HOUR, 3 * HOUR, timedelta(minutes=10)], ids=str)
    def test_it_is_sent_at_once(self, ada, jump, settings, tried, back):
        jump(2 * HOUR)
        outbox.enqueue([OutgoingMail(person_id=ada.pk, kind="breached", subject="T-1 is late")])
        if tried:
            MailDuty.objects.update(**tried, tried_at=now(), next_try_at=now() + timedelta(seconds=80))
        jump(2 * HOUR - back)
        with mail_server(settings):
            assert tasks.send_mail() == 1

    def test_one_that_fails_again_waits_as_ever(self, ada, jump, settings):
        jump(2 * HOUR)
        outbox.enqueue([OutgoingMail(person_id=ada.pk, kind="breached", subject="T-1 is late")])
        jump(-HOUR)
        with mail_server(settings, "drop"):
            assert [tasks.send_mail(), tasks.send_mail()] == [0, 0]
        assert MailDuty.objects.get().attempts == 1


class TestRouting:
    def test_a_former_owner_is_no_longer_in_the_cool_down(self, ada, jump):
        row = make_ticket(assignee=ada)
        jump(2 * HOUR)
        ownership.release(ticket=row.pk, by=ada)
        queue("general")
        assert tasks.route_waiting_work() == 0, "the guard: she is in her cool-down"
        jump(-HOUR)
        assert tasks.route_waiting_work() == 1
        assert owner(row) == ada.pk

    def test_a_requirement_that_relaxes_is_looked_at_again(self, ada, jump):
        jump(2 * HOUR)
        queue("general")
        asks("law", 3, relax_minutes=30)
        make_ticket()
        able(ada, "law", 1)
        assert tasks.route_waiting_work() == 0
        memo = backlog_sweep._last_empty_pass
        assert memo.until is not None
        assert memo.holds(memo.inputs, now())
        jump(-HOUR)
        assert not memo.holds(memo.inputs, now())

    def test_work_is_not_kept_for_who_was_active_in_it_or_was_given_it(self, ada, ben, lea, jump):
        jump(2 * HOUR)
        row = make_ticket()
        ownership.assign(ticket=row.pk, to=ada, by=lea)
        attention.record([AttentionSign(ada.pk, "ticket", row.pk, False)])
        service.set_status(user=ada.pk, says="offline", by=ada)
        jump(-HOUR)
        tasks.follow_availability()
        jump(-HOUR + timedelta(minutes=settings.ABSENT_MINUTES, seconds=1))
        assert tasks.auto_reassign_unresolved_tasks() == 1
        assert ReassignmentLog.objects.latest("pk").cause == "offline"


class TestAvailability:
    def test_who_was_seen_in_the_future_is_away_when_nobody_sees_her(self, ada, jump):
        jump(2 * HOUR)
        presence.refresh([ada.pk])
        SupportWorkloadTracker.objects.filter(user=ada).update(last_activity=now(), last_assigned_at=now())
        jump(-HOUR)
        presence.refresh([])
        row = SupportAvailability.objects.get(user=ada)
        tracker = SupportWorkloadTracker.objects.get(user=ada)
        for at in (row.last_seen_at, row.since, row.state_since, tracker.last_activity, tracker.last_assigned_at):
            assert at <= now()
        for seconds in range(0, settings.AWAY_SECONDS + 31, 30):
            jump(-HOUR + timedelta(seconds=seconds))
            presence.refresh([])
        assert SupportAvailability.objects.get(user=ada).why_not == "unseen"

    def test_in_the_present_nothing_is_moved(self, ada, jump):
        presence.refresh([ada.pk])
        before = SupportAvailability.objects.values().get(user=ada)
        jump(timedelta(seconds=-4))
        service.settle_all()
        assert SupportAvailability.objects.values().get(user=ada) == before


class TestLimits:
    def test_wrong_passwords_of_the_future_do_not_count(self, ada, jump):
        request_context.begin(door="console", ip="203.0.113.9")
        jump(2 * HOUR)
        for _ in range(settings.SIGN_IN_FAILURES):
            attempts.checked(ada, "ada", lambda: False)
        with refused("slow_down", SlowDown):
            attempts.checked(ada, "ada", lambda: True)
        jump(-HOUR)
        assert attempts.checked(ada, "ada", lambda: False) is False
        tasks.prune()
        assert PasswordAttempt.objects.count() == 1

    def test_nor_do_tickets_of_the_future(self, cleo, jump, settings):
        settings.PARTY_TICKETS_PER_MINUTE = 1
        make_order()
        request_context.begin(door="api", user_id=cleo.pk)

        def open_one() -> None:
            with party_budgets.opening(cleo):
                make_ticket(requester=cleo, by=cleo)

        jump(2 * HOUR)
        open_one()
        with refused("slow_down", party_budgets.BudgetSpent):
            open_one()
        jump(-HOUR)
        open_one()

    def test_the_use_of_a_token_is_stored(self, ada, jump):
        token = api_tokens.issue(user=ada)
        jump(2 * HOUR)
        api_tokens.owner(token)
        jump(-HOUR)
        api_tokens.owner(token)
        assert ApiToken.objects.get().last_used_at <= now()


def test_a_report_of_the_future_keeps_none_from_being_made(jump):
    jump(timedelta(days=70))
    assert tasks.make_sla_reports() == 2
    jump(timedelta(0))
    assert tasks.make_sla_reports() == 2
    assert tasks.make_sla_reports() == 0
    jump(timedelta(days=7))
    assert tasks.make_sla_reports() >= 1
    assert SLAReport.objects.filter(kind="week").count() == 3
