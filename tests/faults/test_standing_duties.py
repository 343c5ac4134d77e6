"""Beat wakes up in a schedule of the future; a table of the sweep is missing: the duties go on, and health says so."""

import json
import os
import signal

import psutil
import pytest

from tests.servers import wait_for

pytestmark = pytest.mark.fault
NAMED_SECONDS = 15
MOVE_SCHEDULE = """
import shelve
from datetime import timedelta
with shelve.open({file!r}, writeback=True) as stored:
    for entry in stored["entries"].values():
        entry.last_run_at += timedelta(hours=3)
"""
BEAT_SEEN = """
from support_management.core.models import Heartbeat
print(Heartbeat.objects.get(part="beat").at)
"""
RENAME = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("ALTER TABLE {} RENAME TO {}")
"""
TABLE = """
print(OrderDisputeSLA._meta.db_table)
"""


@pytest.fixture
def desk(brittle, request):
    """With its Redis, in which other tests want to be the first."""
    if brittle.settings.get("REDIS_URL"):
        redis = request.getfixturevalue("late_redis")
        if redis.process is None:
            redis.start()
    wait_for(lambda: brittle.readiness()[1].get("status") == "ok", within=60, what=brittle.readiness, every=0.2)
    return brittle


@pytest.fixture
def dead_beat(desk):
    """Beat is killed, and the supervisor starts no other one until the test lets it, or is over."""
    os.kill(desk.process.pid, signal.SIGSTOP)
    beat = desk.of("beat")[0]
    beat.kill()
    wait_for(lambda: beat.status() == psutil.STATUS_ZOMBIE, within=10, what="beat is dead")
    yield
    os.kill(desk.process.pid, signal.SIGCONT)


def test_beat_wakes_up_in_a_schedule_of_the_future_and_sends_at_once(desk, dead_beat):
    before = desk.shell(BEAT_SEEN)
    desk.shell(MOVE_SCHEDULE.format(file=str(desk.folder / "beat-schedule")))
    os.kill(desk.process.pid, signal.SIGCONT)
    wait_for(lambda: desk.shell(BEAT_SEEN) != before, within=15, what="beat sends", every=0.1)
    desk.wait_until_ready()


def wrong_parts(desk) -> dict[str, str]:
    said = desk.readiness()[1]
    return {name: said["parts"][name] for name in said.get("failing", ())}


def test_a_table_of_the_sweep_is_missing_and_health_names_the_duty_until_it_is_back(desk):
    table = desk.shell(TABLE).strip()
    desk.shell(RENAME.format(table, "elsewhere"))
    try:
        wait_for(lambda: "thresholds" in wrong_parts(desk), within=NAMED_SECONDS, what="the duty is named", every=0.1)
        words = wrong_parts(desk)
    finally:
        desk.shell(RENAME.format("elsewhere", table))
    assert "failed" in words["thresholds"] or "cannot be read" in words["thresholds"], json.dumps(words)
    assert not {"worker", "beat", "database", "tail"} & words.keys(), json.dumps(words)
    desk.wait_until_ready(within=NAMED_SECONDS)
