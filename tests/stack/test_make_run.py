"""`make run`: one command starts the desk, and everything ends with it."""

import contextlib
import os
import signal
import subprocess
import sys

import psutil
import pytest

from tests.servers import free_port, wait_for
from tests.stack.desk import ROOT, Desk

SECRET = "for a desk that does not come up, given"


def run(desk: Desk, **settings: str) -> subprocess.CompletedProcess:
    """`bin/run` with settings under which it must not start."""
    command = [sys.executable, str(ROOT / "bin" / "run")]
    facts = desk.environment | settings
    return subprocess.run(command, cwd=ROOT, env=facts, text=True, capture_output=True, timeout=60)


def all_gone(processes: list[psutil.Process], within: float = 15) -> None:
    def gone():
        return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes)

    with contextlib.suppress(psutil.NoSuchProcess):
        wait_for(gone, within=within, what=f"all of these end: {processes}")


def family(desk: Desk) -> list[psutil.Process]:
    return psutil.Process(desk.process.pid).children(recursive=True)


class TestRefusals:
    """One clear line, before anything starts."""

    def one_line(self, done: subprocess.CompletedProcess, *words: str) -> None:
        assert done.returncode == 2, done
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert all(word in done.stderr for word in words), done.stderr

    def test_a_second_desk_in_the_same_folder(self, embedded):
        self.one_line(run(embedded, PORT=str(free_port())), "running", str(embedded.folder))

    def test_a_port_that_is_taken(self, embedded, tmp_path):
        self.one_line(run(embedded, DATA_DIR=str(tmp_path)), str(embedded.port), "PORT")

    def test_two_web_processes_on_the_embedded_defaults(self, embedded, tmp_path):
        self.one_line(run(embedded, DATA_DIR=str(tmp_path), WEB="2"), "DATABASE_URL", "REDIS_URL")

    def test_a_database_that_does_not_answer(self, embedded, tmp_path):
        facts = {"SECRET_KEY": SECRET, "ALLOWED_HOSTS": "desk.example", "DATA_DIR": str(tmp_path)}
        facts |= {"DATABASE_URL": f"postgresql://127.0.0.1:{free_port()}/desk", "PORT": str(free_port())}
        self.one_line(run(embedded, **facts), "database", "refused")


@pytest.fixture(scope="module")
def own(embedded):
    """A desk that these tests may end; what it collects and loads is kept between its starts."""
    desk = Desk(empty=True)
    yield desk
    desk.throw_away()


@pytest.fixture
def running(own):
    if not own.process or own.process.poll() is not None:
        own.start()
    return own


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_an_end_while_it_prepares_leaves_nobody_behind(tmp_path, number, code):
    desk = Desk(empty=True, DATA_DIR=str(tmp_path))
    with (tmp_path / "output.txt").open("wb") as output:
        command = [sys.executable, str(ROOT / "bin" / "run")]
        desk.process = subprocess.Popen(command, env=desk.environment, stdout=output, stderr=output)
    wait_for((tmp_path / "desk.sqlite3").exists, within=20, what="the schema is made")
    preparing = family(desk)
    assert any("prepare.py" in word for word in preparing[0].cmdline())
    desk.process.send_signal(number)
    assert desk.process.wait(10) == code
    all_gone(preparing, within=1.5)  # the demo alone would take longer
    desk.throw_away()


class TestLife:
    """Starts, comes back, ends."""

    def test_says_where_it_is_and_who_can_sign_in(self, running):
        wait_for(lambda: running.url in running.said(), within=10, what=running.said)
        assert "agent1, agent2, lead, admin" in running.said()

    def test_a_killed_process_comes_back(self, running):
        for name in ("web", "worker", "beat"):
            before = running.kill(name)
            after = wait_for(lambda name=name: running.of(name), within=10, what=f"another {name}")[0].pid
            assert after != before
        running.wait_until_ready(within=30)

    def test_ctrl_c_leaves_nothing_behind(self, running):
        children = family(running)
        assert len(children) >= 3
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(20) == 0
        all_gone(children)

    def test_an_end_and_a_start_keep_the_data_and_the_secret(self, running):
        secret = running.folder / "secret_key"
        assert secret.stat().st_mode & 0o777 == 0o600
        before = secret.read_text()
        running.shell("Ticket.objects.filter(pk=1).update(subject='Kept over the night')")
        children = family(running)
        assert running.stop() == 0
        all_gone(children)
        running.start()
        assert secret.read_text() == before
        said = running.shell("print(Ticket.objects.count(), Ticket.objects.get(pk=1).subject)")
        assert said.strip() == "300 Kept over the night"

    def test_when_the_supervisor_is_killed_the_others_end_too(self, running):
        children = family(running)
        running.process.kill()
        running.process.wait(5)
        all_gone(children)


def test_python_is_found_without_a_home_and_past_a_shim_that_fails(tmp_path):
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\necho 'python3.13: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    for folder in ("bin", "empty"):
        (tmp_path / folder).mkdir()
    finder = tmp_path / "bin" / "python"
    finder.write_text((ROOT / "bin" / "python").read_text())
    facts = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path / "empty")}
    ask = "import sys; print(sys.version_info[:2] >= (3, 12))"
    done = subprocess.run(["sh", str(finder), "-c", ask], env=facts, text=True, capture_output=True)
    assert done.stdout.strip() == "True", done.stderr
