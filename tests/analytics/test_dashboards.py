"""An agent's own figures: right after every change, so that the periodic task finds nothing to correct."""

import logging
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import QuerySet

from support_management.analytics import agent_performance, dashboards
from support_management.analytics.models import DashboardDrift, SupportDashboard
from support_management.core.time import now
from support_management.disputes import lifecycle
from support_management.events.models import DomainEvent
from support_management.people.models import User
from support_management.sla.lifecycle import sweep
from support_management.tasks import refresh_all_support_dashboards
from support_management.tickets import conversation, ownership, triage
from tests.concurrency import at_once, errors
from tests.factories import make_dispute, make_old, make_order, make_ticket
from tests.invariants import assert_desk_is_right

pytestmark = pytest.mark.django_db


def figures(agent) -> SupportDashboard:
    return SupportDashboard.objects.get(agent=agent)


class TestFigures:
    def test_open_flagged_and_orders(self, ada):
        order = make_order()
        make_ticket(assignee=ada, order=order)
        make_ticket(assignee=ada, order=order, priority="urgent")
        make_dispute(assignee=ada)
        make_dispute(order=order, assignee=ada)
        row = figures(ada)
        assert (row.tickets_pending, row.flagged, row.disputes_open, row.orders_managed) == (2, 1, 2, 0)

    def test_resolved_today_and_promises_kept(self, ada):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=ada, body="Done", status="resolved")
        kept = figures(ada)
        assert (kept.tickets_handled, kept.tickets_pending, kept.resolved_today) == (1, 0, 1)
        assert (kept.sla_met, kept.sla_n, kept.sla_compliance_percent) == (2, 2, 100.0)

    def test_an_answer_by_lea_counts_for_lea(self, ada, lea):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=lea, body="I answer for Ada")
        assert (figures(ada).sla_met, figures(lea).sla_met) == (0, 1)
        assert agent_performance.of(ada).average_response_time_hours is None
        assert agent_performance.of(lea).average_response_time_hours == 0.0

    def test_an_answer_too_late_counts_for_the_owner(self, ada, lea):
        row = make_old(make_ticket(assignee=ada), by=timedelta(hours=5))
        conversation.reply(ticket=row.pk, by=lea, body="I answer for Ada")
        assert (figures(ada).sla_breached, figures(lea).sla_breached) == (1, 0)

    @pytest.mark.parametrize("owned", [True, False])
    def test_a_resolution_counts_for_whoever_made_it(self, ada, ben, lea, cleo, owned):
        row = make_ticket(assignee=ada if owned else None)
        conversation.reply(ticket=row.pk, by=lea, body="Done", status="resolved")
        assert (figures(lea).tickets_handled, figures(lea).resolved_today) == (1, 1)
        assert agent_performance.of(lea).tickets_resolved_today == 1
        assert (figures(ada).tickets_handled, agent_performance.of(ada).tickets_resolved_today) == (0, 0)
        conversation.reply(ticket=row.pk, by=cleo, body="Not yet")
        assert figures(lea).tickets_handled == 0
        ownership.assign(ticket=row.pk, to=ben, by=lea)
        triage.set_status(ticket=row.pk, status="resolved", by=ben)
        assert (figures(lea).tickets_handled, figures(ben).tickets_handled) == (0, 1)
        assert dashboards.check_all() == 0
        assert_desk_is_right()

    def test_the_average_response_leaves_out_how_long_it_lay_resolved(self, monkeypatch, ada, cleo):
        moment = now()
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        rows = [make_ticket(assignee=ada) for _ in range(2)]
        moment += timedelta(hours=1)
        for row in rows:
            triage.set_status(ticket=row.pk, status="resolved", by=ada)
        moment += timedelta(days=5)
        conversation.reply(ticket=rows[0].pk, by=ada, body="How did it go?")
        conversation.reply(ticket=rows[1].pk, by=cleo, body="Nobody answered me")
        moment += timedelta(hours=2)
        conversation.reply(ticket=rows[1].pk, by=ada, body="Sorry")
        assert agent_performance.of(ada).average_response_time_hours == 2.0  # one hour, and three

    def test_both_owners_are_counted_when_work_moves(self, ada, ben, lea):
        row = make_ticket(assignee=ada)
        ownership.assign(ticket=row.pk, to=ben, by=lea)
        assert (figures(ada).tickets_pending, figures(ben).tickets_pending) == (0, 1)

    def test_a_zone_that_is_none_does_not_stop_her_work(self, ada):
        User.objects.filter(pk=ada.pk).update(time_zone="Mars/Olympus")
        make_ticket(assignee=ada)
        assert figures(ada).tickets_pending == 1
        assert agent_performance.of(User.objects.get(pk=ada.pk)).current_ticket_load == 1


class TestDrift:
    def test_a_day_at_the_desk_leaves_none(self, ada, ben, lea, cleo):
        row = make_ticket(assignee=ada, order=make_order())
        conversation.reply(ticket=row.pk, by=ada, body="Hello", status="pending")
        conversation.reply(ticket=row.pk, by=cleo, body="Hi")
        triage.set_priority(ticket=row.pk, priority="urgent", by=lea)
        ownership.assign(ticket=row.pk, to=ben, by=lea)
        triage.set_status(ticket=row.pk, status="resolved", by=ben)
        make_old(make_ticket(assignee=ada), by=timedelta(hours=5))
        sweep.fire_due()
        case = make_dispute(assignee=ben)
        lifecycle.resolve(dispute=case.pk, outcome="withdrawn", notes="x", by=lea)
        assert_desk_is_right()
        assert refresh_all_support_dashboards() == 0
        assert not DashboardDrift.objects.exists()

    def test_a_figure_that_was_not_kept_is_corrected_counted_and_logged(self, ada, caplog):
        make_ticket(assignee=ada)
        QuerySet.update(SupportDashboard.objects.filter(agent=ada), tickets_pending=7)
        with caplog.at_level(logging.WARNING):
            assert refresh_all_support_dashboards() == 1
        drift = DashboardDrift.objects.get()
        assert (drift.agent, drift.before, drift.after) == (ada, {"tickets_pending": 7}, {"tickets_pending": 1})
        assert "drift" in caplog.text
        assert DomainEvent.objects.filter(kind="DashboardRefreshed", payload__agent_id=ada.pk).exists()

    def test_what_only_time_changed_is_no_drift(self, ada):
        row = make_ticket(assignee=ada)
        make_old(row, by=timedelta(hours=5))  # due now, and no sweep has told yet
        assert refresh_all_support_dashboards() == 0
        assert figures(ada).overdue == 1

    def test_on_request_the_screens_are_told_as_well(self, ada):
        dashboards.recalculate(ada.pk)
        assert DomainEvent.objects.filter(kind="DashboardRefreshed", payload__agent_id=ada.pk).exists()
        assert dashboards.recalculate(0) is None


class TestCost:
    def test_all_figures_of_an_agent_are_one_statement(self, ada, django_assert_num_queries):
        with django_assert_num_queries(1):
            dashboards.count(ada)

    def test_a_change_by_hand_costs_the_same_however_large_the_team(self, ada, django_assert_max_num_queries):
        for at in range(12):
            User.objects.create_user(f"other-{at}", name="Other", role="support")
        row = make_ticket(assignee=ada)
        with django_assert_max_num_queries(46):
            type(row).objects.filter(pk=row.pk).update(priority=1)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_eight_tickets_of_ada_resolved_in_the_same_moment_are_all_counted(self, ada):
        rows = [make_ticket(assignee=ada) for _ in range(8)]
        results = at_once(*(partial(triage.set_status, ticket=row.pk, status="resolved", by=ada) for row in rows))
        assert errors(results) == []
        assert (figures(ada).tickets_handled, figures(ada).tickets_pending) == (8, 0)
        assert_desk_is_right()
