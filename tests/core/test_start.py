"""`bin/run`: whether it can listen, what it greets with, and what it shows of a process that ends again and again."""

import runpy
import sys
from pathlib import Path

import pytest
from django.conf import settings

from console.environment import CannotStart
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
