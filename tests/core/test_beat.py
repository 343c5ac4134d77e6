"""Beat sends what is due after the clock was set back: while it runs, and with a stored schedule of the future."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from console.beat import Scheduler
from console.celery import app
from support_management import tasks

QUICK = {"sla", "promises", "rules", "route", "availability", "mail"}
HOUR = timedelta(hours=1)


class Clock:
    """The time on the wall. It passes when a test lets it, and jumps when a test says so."""

    def __init__(self):
        self.time = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class Recorder(Scheduler):
    """Remembers what it would have sent."""

    sent: list[str]

    def apply_entry(self, entry, producer=None):
        self.sent.append(entry.name)

    producer = None


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(app, "now", clock.now)
    return clock


@pytest.fixture
def beat(tmp_path, clock):
    """`beat()` starts one on the same file; the one before it ends."""
    running: list[Recorder] = []

    def start() -> Recorder:
        if running:
            running.pop().close()
        running.append(Recorder(app=app, schedule_filename=str(tmp_path / "schedule")))
        running[-1].sent = []
        return running[-1]

    yield start
    running.pop().close()


def pass_by(scheduler: Recorder, clock: Clock, length: timedelta) -> set[str]:
    """What is sent while this time passes. Beat sleeps as long as its scheduler says."""
    scheduler.sent.clear()
    end = clock.time + length
    while clock.time < end:
        pause = scheduler.tick()
        assert pause <= settings.CELERY_BEAT_MAX_LOOP_INTERVAL
        clock.time += timedelta(seconds=max(pause, 0.001))
    return set(scheduler.sent)


@pytest.mark.parametrize("restart", [False, True], ids=["running", "started again"])
def test_two_hours_forward_and_three_back_everything_is_sent_in_its_period(beat, clock, restart):
    scheduler = beat()
    assert pass_by(scheduler, clock, timedelta(seconds=6)) >= QUICK
    for jump in (2 * HOUR, -3 * HOUR):
        clock.time += jump
        scheduler = beat() if restart else scheduler
        assert pass_by(scheduler, clock, timedelta(seconds=6)) >= QUICK
    for duty in tasks.duties():
        assert scheduler.schedule[duty.entry].is_due()[1] <= duty.period


def test_a_step_back_of_less_than_a_period_delays_nothing_longer_than_a_period(beat, clock):
    scheduler = beat()
    pass_by(scheduler, clock, timedelta(seconds=12))
    clock.time -= timedelta(seconds=10)
    assert "reassign" in pass_by(scheduler, clock, timedelta(seconds=15))


def test_what_was_not_moved_keeps_its_time(beat, clock):
    scheduler = beat()
    pass_by(scheduler, clock, timedelta(seconds=6))
    runs = {name: scheduler.schedule[name].last_run_at for name in settings.CELERY_BEAT_SCHEDULE}
    again = beat().schedule
    assert {name: again[name].last_run_at for name in runs} == runs


def test_the_product_uses_it():
    assert f"{Scheduler.__module__}:{Scheduler.__qualname__}" == settings.CELERY_BEAT_SCHEDULER
    assert app.conf.beat_max_loop_interval == settings.CELERY_BEAT_MAX_LOOP_INTERVAL
