"""A duty leaves its heartbeat after the work, and a web process does what nobody else does."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError

from support_management import tasks
from support_management.core import duties, heartbeats, request_context
from support_management.core.duties import DUTIES, DutyWatch
from support_management.core.models import Heartbeat
from support_management.core.time import now

pytestmark = pytest.mark.django_db


class Stopwatch:
    """The clock of a process, which passes when a test lets it."""

    def __init__(self):
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch(monkeypatch) -> Stopwatch:
    stopwatch = Stopwatch()
    monkeypatch.setattr(duties, "time", stopwatch)
    return stopwatch


class Work:
    """What the duty of a test does: it counts, and fails when told so."""

    def __init__(self):
        self.runs = 0
        self.door = ""
        self.error: Exception | None = None

    def __call__(self) -> int:
        self.runs += 1
        self.door = request_context.current().door
        if self.error:
            raise self.error
        return 2


@pytest.fixture
def work(stopwatch, monkeypatch) -> Work:
    """Behind the duty `mail`, whose period is five seconds."""
    work = Work()
    monkeypatch.setattr(duties, "DUTIES", {})
    duties.duty("mail", entry="mail")(work)
    return work


@pytest.fixture
def mail(work) -> duties.Duty:
    return duties.DUTIES["mail"]


def sign() -> Heartbeat:
    return Heartbeat.objects.get(part="duty:mail")


def put(**facts) -> None:
    Heartbeat.objects.update_or_create(part="duty:mail", defaults={"at": now(), "facts": {}} | facts)


def test_every_line_of_the_timetable_is_a_duty_and_has_a_second_trigger():
    assert {duty.entry for duty in tasks.duties()} == set(settings.CELERY_BEAT_SCHEDULE)
    for duty in tasks.duties():
        task = settings.CELERY_BEAT_SCHEDULE[duty.entry]["task"].rpartition(".")[2]
        assert duty.run is getattr(tasks, task).run
        assert 0 < duty.period < duty.grace < duty.limit


@pytest.mark.parametrize(("name", "period"), [("thresholds", 0.5), ("reports", 600), ("retention", 3600)])
def test_its_period_is_that_of_the_timetable(name, period):
    assert DUTIES[name].period == period


class TestSign:
    def test_it_comes_after_the_work_and_says_what_was_done(self, mail, stopwatch):
        assert mail.run() == 2
        assert sign().facts == {"runs": 1, "did": 2}
        for _ in range(3):
            mail.run()
        assert sign().facts == {"runs": 1, "did": 2}, "stored every five seconds"
        stopwatch.seconds += 5
        mail.run()
        assert sign().facts == {"runs": 4, "did": 8}

    def test_a_failure_is_stored_at_once_and_so_is_its_end(self, mail, work):
        mail.run()
        work.error = OperationalError("no such table")
        with pytest.raises(OperationalError):
            mail.run()
        assert sign().facts["failed"] == "OperationalError"
        work.error = None
        mail.run()
        assert "failed" not in sign().facts

    def test_a_sign_that_cannot_be_stored_changes_no_outcome(self, mail, monkeypatch):
        monkeypatch.setattr(heartbeats, "beat", lambda *_, **__: 1 / 0)
        assert mail.run() == 2


class TestSecondTrigger:
    """Fifteen seconds are three periods of the duty."""

    @pytest.fixture
    def watch(self, mail) -> DutyWatch:
        watch = DutyWatch([mail])
        watch.do_late()
        return watch

    def after(self, watch: DutyWatch, work: Work, stopwatch: Stopwatch, seconds: float) -> int:
        stopwatch.seconds += seconds
        watch.do_late()
        return work.runs

    def test_nothing_while_somebody_does_it(self, watch, work, stopwatch):
        for _ in range(10):
            put()
            assert self.after(watch, work, stopwatch, 14) == 0

    def test_three_periods_without_a_sign(self, mail, work, stopwatch):
        put()
        watch = DutyWatch([mail])
        assert [self.after(watch, work, stopwatch, seconds) for seconds in (0, 14, 1)] == [0, 0, 1]
        assert work.door == "task"
        assert sign().facts == {"runs": 1, "did": 2}
        assert [self.after(watch, work, stopwatch, seconds) for seconds in (2, 14, 1)] == [1, 1, 2]

    @pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(seconds=6), timedelta(days=-1)], ids=str)
    def test_a_sign_of_the_future_or_the_distant_past_needs_patience_only(self, mail, work, stopwatch, ahead):
        put(at=now() + ahead)
        watch = DutyWatch([mail])
        assert [self.after(watch, work, stopwatch, seconds) for seconds in (0, 9, 1)] == [0, 0, 1]
        assert abs(sign().at - now()) < timedelta(seconds=5)

    def test_what_was_never_done_is_done(self, watch, work, stopwatch):
        assert [self.after(watch, work, stopwatch, seconds) for seconds in (9, 1)] == [0, 1]

    def test_what_failed_waits_no_longer_than_a_minute(self, stopwatch, work, monkeypatch):
        duties.duty("mail", entry="prune")(work)
        put(facts={"failed": "OperationalError"})
        watch = DutyWatch([duties.DUTIES["mail"]])
        assert [self.after(watch, work, stopwatch, seconds) for seconds in (0, 59, 1)] == [0, 0, 1]

    def test_one_that_fails_keeps_no_other_from_being_done_and_is_tried_with_patience(self, mail, work, stopwatch):
        def fails():
            raise ValueError

        duties.duty("rules", entry="rules")(fails)
        watch = DutyWatch([duties.DUTIES["rules"], mail])
        assert [self.after(watch, work, stopwatch, seconds) for seconds in (0, 10)] == [0, 1]
        assert Heartbeat.objects.get(part="duty:rules").facts["failed"] == "ValueError"

    def test_watching_costs_one_query(self, watch, django_assert_num_queries):
        with django_assert_num_queries(1):
            watch.do_late()
