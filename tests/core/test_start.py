"""`bin/run`: whether it can listen, what it greets with, and what it shows of a process that ends again and again.

`manage.py`: what a command says without a database.
"""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from string import ascii_letters

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, ProgrammingError
from psycopg.errors import InsufficientPrivilege, UndefinedTable

from console.environment import CannotStart
from console.startup import database_troubles_in_one_line
from tests.servers import free_port

BIN = Path(settings.BASE_DIR) / "bin"


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(BIN))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORT", str(free_port()))
    return runpy.run_path(str(BIN / "run"))


class TestListening:
    @pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "no-such-host.invalid"])
    def test_an_address_of_another_machine_is_not_told_to_change_the_port(self, run, monkeypatch, host):
        monkeypatch.setenv("HOST", host)
        with pytest.raises(CannotStart) as refusal:
            run["ports_are_free"](run["Place"]())
        assert str(refusal.value).startswith(f"HOST={host} is not an address of this machine")
        assert "PORT" not in str(refusal.value)

    def test_a_port_that_is_taken_is(self, run):
        text = run["not_listening"]("127.0.0.1", 80, OSError(98, "Address already in use"))
        assert text == "Port 80 on 127.0.0.1 cannot be used (Address already in use): set PORT to a free one."

    def test_a_port_that_needs_rights_too(self, run):
        text = run["not_listening"]("127.0.0.1", 80, OSError(13, "Permission denied"))
        assert text.endswith("set PORT to one above 1023.")


class TestGreeting:
    @pytest.mark.parametrize(
        ("parts", "sentences"),
        [
            ({"database": "ok", "worker": "ok"}, []),
            (
                {"redis": "lost", "worker": "never seen", "beat": "never seen"},
                ["Redis does not answer: mail, routing and reassignment wait for it. Pages and deadlines work."],
            ),
            (
                {"redis": "refused", "tail": "never seen", "beat": "never seen"},
                [
                    "Redis refuses REDIS_URL: mail, routing and reassignment wait for it. Pages and deadlines work.",
                    "Not ready yet: tail (never seen).",
                ],
            ),
            ({"worker": "last seen 20 s ago"}, ["Not ready yet: worker (last seen 20 s ago)."]),
        ],
    )
    def test_says_what_waits(self, run, parts, sentences):
        assert run["waiting"](parts) == sentences


class TestRestarts:
    def test_a_process_that_ends_again_and_again_is_shown_once(self, monkeypatch, tmp_path, capsys):
        monkeypatch.syspath_prepend(str(BIN))
        import supervisor

        monkeypatch.setattr(supervisor, "BACK_OFF_SECONDS", (0,))
        code = "import os, sys; print('begin', os.getpid()); sys.exit('trouble at %d' % os.getpid())"
        child = supervisor.Child("web", [sys.executable, "-S", "-c", code], tmp_path)
        for _ in range(4):
            child.start()
            child.process.wait(10)
            child.read()
            if text := child.ended():
                supervisor.say(text)
        said = capsys.readouterr().out.splitlines()
        assert [line.partition("| ")[2].partition(" ")[0] for line in said[:2]] == ["begin", "trouble"]
        assert said[2:] == ["web ended with code 1; starting it again in 0 s"]
        assert len((tmp_path / "web.log").read_text().splitlines()) == 2
        assert child.short_lives == 4

    def test_its_first_life_is_shown_in_full(self, monkeypatch, tmp_path, capsys):
        monkeypatch.syspath_prepend(str(BIN))
        import supervisor

        child = supervisor.Child("web", [sys.executable, "-S", "-c", "print('a\\n' * 5 + 'no end', end='')"], tmp_path)
        child.start()
        child.process.wait(10)
        child.read()
        assert capsys.readouterr().out.splitlines() == ["web    | a"] * 5 + ["web    | no end"]


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


class TestCommands:
    @pytest.mark.parametrize(
        ("error", "says"),
        [
            (OperationalError("refused\nIs the server running?"), "The database cannot be used: refused"),
            (InterfaceError("closed"), "The database cannot be used: closed"),
            (DatabaseError("malformed"), "The database cannot be used: malformed"),
            (OperationalError("no such table: t"), "lacks what this version needs (no such table: t)"),
            (caused(ProgrammingError("no relation"), UndefinedTable()), "`manage.py migrate` makes it."),
            (caused(ProgrammingError("not yours"), InsufficientPrivilege()), "The database refuses: not yours"),
        ],
    )
    def test_a_database_that_cannot_be_used_is_one_line(self, error, says, capsys):
        with pytest.raises(SystemExit, match="1"), database_troubles_in_one_line():
            raise error
        [line] = capsys.readouterr().err.splitlines()
        assert line.startswith("CommandError: ")
        assert says in line

    def test_what_a_statement_does_wrong_is_a_traceback_and_so_is_all_that_is_asked_for(self, monkeypatch):
        with pytest.raises(IntegrityError), database_troubles_in_one_line():
            raise IntegrityError("twice")
        monkeypatch.setattr(sys, "argv", ["manage.py", "check_desk", "--traceback"])
        with pytest.raises(OperationalError), database_troubles_in_one_line():
            raise OperationalError("refused")

    @pytest.mark.parametrize(
        ("command", "database", "says"),
        [
            (["check_desk"], "postgresql://nobody@127.0.0.1:{port}/none", "refused"),
            (["api_token", "lead"], "", "manage.py migrate"),
        ],
    )
    def test_no_command_shows_a_traceback(self, command, database, says, tmp_path):
        own = {"PATH": os.environ["PATH"], "SECRET_KEY": ascii_letters, "ALLOWED_HOSTS": "here"}
        own |= {"DATA_DIR": str(tmp_path), "DATABASE_URL": database.format(port=free_port())}
        words = [sys.executable, "manage.py", *command]
        done = subprocess.run(words, cwd=settings.BASE_DIR, env=own, text=True, capture_output=True)
        assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (1, 1, ""), done.stderr
        assert says in done.stderr
