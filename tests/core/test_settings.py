"""A setting that cannot be meant stops the start with one line that names it; it never waits for the first request."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
NUMBERS = (
    "PORT",
    "DASHBOARD_REFRESH_SECONDS",
    "KEEP_EVENTS_HOURS",
    "KEEP_KEYS_HOURS",
    "CLOSE_RESOLVED_DAYS",
    "AWAY_SECONDS",
    "ABSENT_MINUTES",
)


def start(*command: str, folder: Path, **given: str) -> subprocess.CompletedProcess:
    """A process with these settings and no others of ours."""
    facts = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    facts |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "console.settings"} | given
    command = (sys.executable, *command)
    return subprocess.run(command, cwd=ROOT, env=facts, text=True, capture_output=True, timeout=60)


def one_line(folder: Path, **given: str) -> str:
    """What the first process of a start says before it stops."""
    done = start("bin/prepare.py", folder=folder, **given)
    assert done.returncode == 2, done
    [line] = done.stderr.strip().splitlines()
    return line


def value_of(name: str, folder: Path, **given: str) -> str:
    done = start("-c", f"from django.conf import settings; print(settings.{name})", folder=folder, **given)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class TestNumbers:
    @pytest.mark.parametrize("name", NUMBERS)
    def test_a_word_is_none(self, tmp_path, name):
        assert one_line(tmp_path, **{name: "abc"}).startswith(f"{name} must be a number from ")

    @pytest.mark.parametrize("text", ["0", "-5", "1.5", "9" * 20])
    def test_nor_is_a_number_that_makes_no_sense(self, tmp_path, text):
        line = one_line(tmp_path, DASHBOARD_REFRESH_SECONDS=text)
        assert line == f"DASHBOARD_REFRESH_SECONDS must be a number from 1 to 100000, not '{text}'."

    def test_the_pool_of_a_real_database_is_asked_too(self, tmp_path):
        facts = {
            "DATABASE_URL": "postgresql://127.0.0.1:1/desk",
            "SECRET_KEY": "given",
            "ALLOWED_HOSTS": "desk.example",
        }
        assert "DATABASE_POOL" in one_line(tmp_path, DATABASE_POOL="many", **facts)

    def test_one_that_can_be_meant_is_taken_and_nothing_means_the_default(self, tmp_path):
        assert value_of("KEEP_EVENTS_HOURS", tmp_path, KEEP_EVENTS_HOURS="48") == "48"
        assert value_of("KEEP_EVENTS_HOURS", tmp_path, KEEP_EVENTS_HOURS="") == "24"


class TestThrottle:
    @pytest.mark.parametrize("text", ["abc", "3000", "3000/", "/min", "0/min", "-1/min", "3000/fortnight", "1e3/s"])
    def test_a_rate_that_is_none(self, tmp_path, text):
        line = one_line(tmp_path, API_THROTTLE=text)
        assert line == f"API_THROTTLE must be written like 3000/min (or /s, /hour, /day), not '{text}'."

    @pytest.mark.parametrize(("text", "rate"), [("", "(3000, 60)"), ("5/s", "(5, 1)"), ("10/hour", "(10, 3600)")])
    def test_a_rate_is_read_as_written(self, tmp_path, text, rate):
        assert value_of("API_THROTTLE", tmp_path, API_THROTTLE=text) == rate


@pytest.mark.parametrize("text", ["Mars/Phobos", "Europe", "../etc/passwd"])
def test_a_time_zone_that_is_none(tmp_path, text):
    assert one_line(tmp_path, TIME_ZONE=text) == f"TIME_ZONE must be a time zone like Europe/Berlin, not '{text}'."
