"""A setting that cannot be meant stops the start with one line that names it; it never waits for the first request."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from console import settings as product

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


SECRET = "a secret of forty-two characters or so, given"


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
            "SECRET_KEY": SECRET,
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


class TestSecret:
    def test_a_short_one_stops_the_start(self, tmp_path):
        assert one_line(tmp_path, SECRET_KEY="given") == "SECRET_KEY must have at least 32 random characters."

    @pytest.mark.parametrize("value", ["", "x" * 31, "a" * 64, "changeme" * 4, " " * 40])
    def test_so_does_every_other_that_can_be_guessed(self, value):
        with pytest.raises(ImproperlyConfigured, match="32 random characters"):
            product._secret("SECRET_KEY", value)

    def test_a_fallback_signs_sessions_too(self, tmp_path):
        line = one_line(tmp_path, SECRET_KEY=SECRET, SECRET_KEY_FALLBACKS=f"{SECRET} again,old")
        assert line == "SECRET_KEY_FALLBACKS must have at least 32 random characters."


class TestHosts:
    def test_a_wildcard_stops_the_start(self, tmp_path):
        line = one_line(tmp_path, ALLOWED_HOSTS="desk.example,*")
        assert line == "ALLOWED_HOSTS must name each host, such as desk.example, not '*'."

    @pytest.mark.parametrize(
        "host", ["*", " * ", "*.desk.example", ".", "https://*", "http://*.", "https://*.*.example"]
    )
    def test_so_does_every_other_that_names_none(self, host):
        with pytest.raises(ImproperlyConfigured, match="must name each host"):
            product._hosts("CSRF_TRUSTED_ORIGINS", ["desk.example", host])

    def test_hosts_and_subdomains_are_taken(self):
        hosts = ["desk.example", ".desk.example", "[::1]", "https://desk.example", "https://*.desk.example"]
        assert product._hosts("CSRF_TRUSTED_ORIGINS", hosts) == hosts


class TestPrivateFiles:
    def test_what_a_process_writes_is_for_its_user(self, tmp_path):
        code = "from django.conf import settings as s; (s.DATA_DIR / 'mail').mkdir(); open(s.STATIC_ROOT / 'a', 'w')"
        assert start("-c", code, folder=tmp_path / "data").returncode == 0
        assert _open_to_others(tmp_path / "data") == []

    def test_a_start_closes_what_was_open(self, tmp_path, settings):
        prepare = runpy.run_path(str(ROOT / "bin" / "prepare.py"))
        settings.DATA_DIR = tmp_path
        (tmp_path / "mail").mkdir(mode=0o755)
        (tmp_path / "mail" / "1.log").write_text("a letter")
        (tmp_path / "link").symlink_to("/etc/hostname")
        tmp_path.chmod(0o755)
        (tmp_path / "mail" / "1.log").chmod(0o644)
        prepare["private_data"]()
        assert _open_to_others(tmp_path) == []
        assert (tmp_path / "mail" / "1.log").read_text() == "a letter"

    def test_static_files_and_uploads_too(self):
        assert (settings.FILE_UPLOAD_PERMISSIONS, settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS) == (0o600, 0o700)


def _open_to_others(folder: Path) -> list[Path]:
    paths = [path for path in (folder, *folder.rglob("*")) if not path.is_symlink()]
    assert len(paths) > 2
    return [path for path in paths if path.stat().st_mode & 0o077]
