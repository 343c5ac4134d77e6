"""A report of each week and each month: made once, told once, kept as it was."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.analytics import breach_causes, compliance, csv_export, reports
from support_management.core.errors import NotAllowed
from support_management.models import MailDuty, OrderDisputeSLA, SLAEvent, SLAReport, SupportNotification, Ticket
from support_management.notifications import preferences
from support_management.notifications.email import rendering
from support_management.notifications.preferences import DeliveryChannels
from support_management.sla.clock import elapsed
from support_management.sla.lifecycle import extension, sweep
from support_management.tasks import make_sla_reports
from support_management.tickets import conversation, triage
from tests.analytics.builders import HOUR, at, ended, keep
from tests.concurrency import at_once, errors
from tests.factories import make_old, make_ticket
from tests.refusals import refused

MONDAY = at("2026-11-23 00:05")


def it_is(moment: datetime, monkeypatch) -> None:
    monkeypatch.setattr(reports, "now", lambda: moment)


@pytest.mark.django_db
class TestMaking:
    def test_on_monday_leads_and_admins_get_the_week_by_bell_and_mail(self, lea, ira, ada, monkeypatch):
        keep(ended(make_ticket(), at("2026-11-22 23:59")), ended(make_ticket(), at("2026-11-23 00:00")))
        it_is(MONDAY, monkeypatch)
        assert make_sla_reports() == 2
        week = SLAReport.objects.get(kind="week")
        assert (week.start, week.figures["total"]["n"], week.row_count) == (date(2026, 11, 16), 1, 0)
        assert SLAReport.objects.get(kind="month").start == date(2026, 10, 1)
        told = MailDuty.objects.filter(kind="report", subject__contains="week 47").values_list("person", flat=True)
        assert sorted(told) == sorted([lea.pk, ira.pk])
        assert SupportNotification.objects.filter(kind="report").count() == 4
        assert not SupportNotification.objects.filter(kind="report", recipient=ada).exists()

    def test_the_week_is_counted_when_what_ended_in_it_has_settled(self, monkeypatch):
        it_is(MONDAY - timedelta(seconds=1), monkeypatch)
        make_sla_reports()
        assert SLAReport.objects.get(kind="week").start == date(2026, 11, 9)

    def test_looking_again_finds_nothing_missing(self, lea, monkeypatch, django_assert_num_queries):
        it_is(MONDAY, monkeypatch)
        make_sla_reports()
        with django_assert_num_queries(2):
            assert reports.make_due() == 0
        assert MailDuty.objects.filter(kind="report").count() == 2

    def test_after_three_weeks_without_a_worker_each_week_gets_its_own(self, monkeypatch):
        it_is(MONDAY, monkeypatch)
        make_sla_reports()
        it_is(MONDAY + timedelta(days=21), monkeypatch)
        assert make_sla_reports() == 4
        weeks = SLAReport.objects.filter(kind="week").order_by("pk").values_list("start", flat=True)
        assert list(weeks) == [date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7)]

    def test_a_clock_that_was_set_back_makes_nothing_twice(self, monkeypatch):
        it_is(MONDAY, monkeypatch)
        make_sla_reports()
        made = SLAReport.objects.count()
        it_is(MONDAY - timedelta(days=14), monkeypatch)
        assert make_sla_reports() == 1, "the week before, which had none"
        assert make_sla_reports() == 0
        it_is(MONDAY, monkeypatch)
        assert make_sla_reports() == 0
        assert SLAReport.objects.values("kind", "start").distinct().count() == made + 1

    def test_who_wants_no_mail_gets_none_and_who_wants_neither_is_left_alone(self, lea, ira, monkeypatch):
        preferences.choose(by=lea, choices={"report": DeliveryChannels(bell=True, mail=False)})
        preferences.choose(by=ira, choices={"report": DeliveryChannels(bell=False, mail=False)})
        it_is(MONDAY, monkeypatch)
        make_sla_reports()
        assert not MailDuty.objects.filter(kind="report").exists()
        assert set(SupportNotification.objects.filter(kind="report").values_list("recipient", flat=True)) == {lea.pk}

    def test_a_report_is_only_ever_added(self, monkeypatch):
        it_is(MONDAY, monkeypatch)
        make_sla_reports()
        with refused("append_only", NotAllowed):
            SLAReport.objects.update(row_count=3)

    def test_the_desk_in_berlin_has_its_own_monday(self, monkeypatch, settings):
        settings.TIME_ZONE = "Europe/Berlin"
        keep(ended(make_ticket(), at("2026-11-22 22:59")), ended(make_ticket(), at("2026-11-22 23:00")))
        it_is(at("2026-11-22 23:05"), monkeypatch)
        make_sla_reports()
        week = SLAReport.objects.get(kind="week")
        assert (week.start, week.time_zone, week.figures["total"]["n"]) == (date(2026, 11, 16), "Europe/Berlin", 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_report_and_one_mail_for_each_lead(lea, ira, monkeypatch):
    it_is(MONDAY, monkeypatch)
    results = at_once(*[make_sla_reports] * 4)
    assert errors(results) == []
    assert sum(results) == 2
    assert sorted(SLAReport.objects.values_list("kind", flat=True)) == ["month", "week"]
    for person in (lea, ira):
        assert MailDuty.objects.filter(kind="report", person=person).count() == 2
        assert SupportNotification.objects.filter(kind="report", recipient=person).count() == 2


@pytest.mark.django_db
class TestWhatItSays:
    @pytest.fixture
    def week(self, lea, ada, monkeypatch) -> SLAReport:
        ticket = make_ticket(subject="=cmd|' /C calc'!A0", assignee=ada)
        keep(
            ended(ticket, at("2026-11-17 12:00"), took=3 * HOUR, agent=ada),
            ended(ticket, at("2026-11-18 12:00"), agent=ada),
            ended(ticket, at("2026-11-11 12:00"), agent=ada),
        )
        it_is(MONDAY, monkeypatch)
        make_sla_reports()
        return SLAReport.objects.get(kind="week")

    def test_it_keeps_figures_change_and_worst(self, week):
        figures = week.figures
        assert (figures["total"]["percent"], figures["before"]["percent"]) == (50.0, 100.0)
        assert figures["total"]["breach_minutes"] == 60
        assert [group["breached"] for group in figures["worst"]] == [1]
        assert set(figures["groups"]) == set(compliance.BY)
        assert week.row_count == 1

    def test_what_comes_later_changes_nothing(self, week, lea):
        Ticket.objects.update(priority=1)
        keep(ended(Ticket.objects.get(), at("2026-11-19 12:00")))
        assert SLAReport.objects.get(pk=week.pk).figures == week.figures

    def test_the_letter_has_the_figures_and_the_way_to_the_page(self, week, lea):
        duty = MailDuty.objects.get(kind="report", person=lea, subject__contains="week 47")
        mail = rendering.message(duty, "lea@desk.example")
        assert mail.subject == "SLA report of week 47 of 2026: 50.0% of 2 met"
        for body in (mail.body, mail.alternatives[0].content):
            assert "/sla/reports/week/2026-11-16/" in body
            assert "1, 1h 0m past target in total" in body
            assert "100.0% of 1 met" in body

    def test_the_file_lists_every_breach_and_runs_nothing(self, week):
        (header, line) = csv_export.of_breaches(reports.breaches_of(week), ZoneInfo("Asia/Tokyo")).strip().splitlines()
        assert "Started (Asia/Tokyo),Due (Asia/Tokyo),Completed (Asia/Tokyo)" in header
        assert header.endswith("Minutes overdue,Causes")
        assert "'=cmd" in line
        assert line.endswith(",120,60,Answered 1h 0m late")

    def test_many_breaches_cost_as_many_queries_as_few(self, week):
        costs = []
        for more in (0, 40):
            keep(*(ended(Ticket.objects.get(), at("2026-11-18 13:00"), took=3 * HOUR) for _ in range(more)))
            with CaptureQueriesContext(connection) as queries:
                assert len(list(reports.breaches_of(week))) == more + 1
            costs.append(len(queries))
        assert costs[0] == costs[1]


@pytest.mark.django_db
class TestWhyLate:
    def causes_of(self, ticket, metric="first_response") -> list[str]:
        clock = OrderDisputeSLA.objects.get(ticket=ticket, metric=metric)
        history = SLAEvent.objects.filter(clock=clock).select_related("actor").order_by("id")
        facts = (clock.calendar_id, clock.served, clock.since, clock.completed_at, clock.target_seconds)
        return breach_causes.causes(clock, list(history), over_seconds=elapsed.over_target([facts])[0])

    def test_an_answer_too_late_says_how_late_and_by_whom(self, ada):
        row = make_old(make_ticket(assignee=ada), by=5 * HOUR)
        conversation.reply(ticket=row.pk, by=ada, body="Sorry")
        assert self.causes_of(row) == ["Answered 1h 0m late by Ada Agent"]

    def test_a_ticket_that_was_never_answered_says_so(self, ada):
        row = make_old(make_ticket(), by=5 * HOUR)
        sweep.fire_due()
        triage.set_status(ticket=row.pk, status="resolved", by=None)
        assert self.causes_of(row) == [
            "Never answered; 1h 0m late at the end (status resolved)",
            "Unassigned at the end",
        ]

    def test_a_promise_that_was_cut_on_the_way_is_told(self, ada, lea):
        row = make_ticket(assignee=ada)
        triage.set_priority(ticket=row.pk, priority="high", by=lea)
        make_old(row, by=3 * HOUR)
        conversation.reply(ticket=row.pk, by=ada, body="Sorry")
        assert self.causes_of(row) == [
            "Answered 2h 0m late by Ada Agent",
            "Target shortened from 4h 0m to 1h 0m (Lea Lead, priority)",
        ]

    def test_more_time_and_pauses_are_told(self, ada, lea):
        row = make_ticket(assignee=ada, status="pending")
        clock = OrderDisputeSLA.objects.get(ticket=row, metric="resolution")
        extension.extend(clock=clock.pk, by=lea, minutes=60, reason="The bank is closed")
        triage.set_status(ticket=row.pk, status="open", by=ada)
        row = make_old(row, by=30 * HOUR)
        triage.set_status(ticket=row.pk, status="resolved", by=ada)
        assert self.causes_of(row, "resolution") == [
            "Resolved 5h 0m late by Ada Agent",
            "Target lengthened from 1d 0h to 1d 1h (Lea Lead, extended by 60 min: The bank is closed)",
            "Paused once, 0m in total",
        ]
