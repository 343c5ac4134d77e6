"""The bad day as a drill: a backup while people write, then another desk from it."""

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.servers import wait_for
from tests.stack.desk import ROOT, Desk

pytestmark = pytest.mark.fault
WRITES, BEFORE = 204, 50
RESTORE = """
import json
from django.core.management import call_command
from support_management.events import positions
call_command("restore", {file!r}, "--force", stdout=io.StringIO())
"""
LOOK = """
import json
from django.core.management import call_command
from support_management.events import positions
call_command("check_desk", stdout=io.StringIO())
subjects = Ticket.objects.filter(subject__startswith={subject!r}).values_list("subject", flat=True)
print(json.dumps([positions.epoch(), *subjects]))
"""


@pytest.fixture
def other(request, desk):
    """The machine after the loss: an empty folder, and an empty database where the desk has one of its own."""
    served = desk.settings.get("DATABASE_URL")
    empty = request.getfixturevalue("services").postgresql.make("after_the_loss") if served else ""
    machine = Desk(empty=True, database=empty)
    yield machine
    machine.throw_away()


class Writers:
    """People who open tickets until `WRITES` are acknowledged; their subjects in `acknowledged`."""

    def __init__(self, program, subject: str):
        self.program, self.subject = program, subject
        self.acknowledged: list[str] = []

    def write(self, number: int) -> None:
        subject = f"{self.subject} {number}"
        self.program.new_ticket(subject)
        self.acknowledged.append(subject)

    def run(self) -> None:
        with ThreadPoolExecutor(3) as people:
            list(people.map(self.write, range(WRITES)))


def test_what_was_acknowledged_before_a_backup_is_in_it(desk, other, lead, tmp_path, runs):
    epochs = {desk.shell("from support_management.events import positions\nprint(positions.epoch())").strip()}
    for run in range(runs):
        writers = Writers(lead, f"Drill {run} of {desk.port}:")
        writing = threading.Thread(target=writers.run)
        writing.start()
        wait_for(lambda: len(writers.acknowledged) >= BEFORE, within=20, what="people write")  # noqa: B023
        before = set(writers.acknowledged)
        file = tmp_path / f"{run}.zip"
        desk.manage("backup", str(file))
        writing.join(60)
        assert len(writers.acknowledged) == WRITES
        other.shell(RESTORE.format(file=str(file)))
        epoch, *subjects = json.loads(other.shell(LOOK.format(subject=writers.subject)))
        assert before <= set(subjects)
        assert len(subjects) == len(set(subjects))
        assert epoch not in epochs
        epochs.add(epoch)


def test_a_running_desk_is_not_restored(served, tmp_path):
    """Its processes may be on other machines: the database knows of them."""
    words = [sys.executable, "manage.py", "restore", str(tmp_path / "one.zip"), "--force"]
    served.manage("backup", str(tmp_path / "one.zip"))
    done = subprocess.run(words, cwd=ROOT, env=served.environment, text=True, capture_output=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "stop it first" in done.stderr
    assert served.readiness()[0] == 200
