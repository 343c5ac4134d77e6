"""A setting that cannot be meant stops every process with one line that names it; and whose files a process writes."""

import errno
import os
import resource
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, NotSupportedError, OperationalError, ProgrammingError
from psycopg.errors import InsufficientPrivilege

from console.environment import CannotStart
from tests.servers import free_port

ROOT = Path(settings.BASE_DIR)
SECRET = "a secret of forty-two characters or so, given"
DOORS = {
    "bin/run": ["bin/run"],
    "preparation": ["bin/prepare.py"],
    "command of Django": ["manage.py", "migrate"],
    "command of ours": ["manage.py", "api_token", "agent1"],
    "web": ["-m", "console.web_server", "asgi:application"],
    "worker and beat": ["-m", "celery", "-A", "console", "beat"],
}
WRONG = [
    {"EMAIL_URL": "smtp://mail.example:port"},
    {"DATABASE_URL": "postgres://db.example:x/desk"},
    {"DATABASE_URL": "sqlite:///desk.sqlite3"},
    {"REDIS_URL": "nonsense"},
    {"DEBUG": "maybe"},
    {"DATA_DIR": "/proc/desk"},
]


def begin(*command: str, folder: Path, room: int | None = None, **given: str) -> subprocess.Popen:
    """A process with these settings and no others of ours."""
    facts = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    facts |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "console.settings"} | given
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen((sys.executable, *command), cwd=ROOT, env=facts, preexec_fn=_room_for(room), **pipes)


def _room_for(bytes_of_a_file: int | None):
    """What a full disk does, without one: no file of the process can grow beyond this size."""
    if bytes_of_a_file is None:
        return None
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_of_a_file, bytes_of_a_file))


def value_of(name: str, folder: Path, **given: str) -> str:
    process = begin("-c", f"from django.conf import settings; print(settings.{name})", folder=folder, **given)
    said, trouble = process.communicate(timeout=60)
    assert process.returncode == 0, trouble
    return said.strip()


def refused(monkeypatch, folder: Path, **given: str) -> str:
    """What the settings say when they are loaded with these variables."""
    for name, value in ({"DATA_DIR": str(folder)} | given).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as refusal:
        runpy.run_path(str(ROOT / "console" / "settings.py"))
    return str(refusal.value)


def test_every_door_says_it_in_one_line(tmp_path):
    """Side by side, each with another trouble: what a door does with one refusal it does with all."""
    processes = {
        door: (begin(*command, folder=tmp_path / str(place), **trouble), *trouble)
        for place, ((door, command), trouble) in enumerate(zip(DOORS.items(), WRONG, strict=True))
    }
    for door, (process, name) in processes.items():
        said, trouble = process.communicate(timeout=60)
        assert (said, process.returncode) == ("", 2), (door, said, trouble)
        [line] = trouble.splitlines()
        assert line.startswith((f"{name} must ", f"{name}=")), (door, line)


def test_a_variable_reaches_its_setting(tmp_path):
    assert value_of("KEEP_EVENTS_HOURS", tmp_path, KEEP_EVENTS_HOURS="48") == "48"


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_a_database_of_its_own_needs_more(monkeypatch, tmp_path, missing):
    facts = {"SECRET_KEY": SECRET, "ALLOWED_HOSTS": "desk.example", "DATABASE_URL": "postgres://db.example/desk"}
    line = refused(monkeypatch, tmp_path, **facts | {missing: ""})
    assert line == f"{missing} must be set when DATABASE_URL is set."


def test_the_data_folder_is_named_when_it_cannot_be_written(monkeypatch, tmp_path):
    (tmp_path / "static").write_text("in the way")
    assert refused(monkeypatch, tmp_path) == f"DATA_DIR={tmp_path} cannot be written: File exists."


@pytest.mark.fault
def test_a_disk_without_room_is_one_line(tmp_path):
    process = begin("bin/run", folder=tmp_path, room=50_000, PORT=str(free_port()))
    said, trouble = process.communicate(timeout=60)
    assert (said, process.returncode) == ("", 2), (said, trouble)
    assert trouble.splitlines() == [f"DATA_DIR={tmp_path} cannot be written: File too large."]


def test_a_secret_that_was_cut_off_is_named(monkeypatch, tmp_path):
    (tmp_path / "secret_key").write_text("")
    monkeypatch.delenv("SECRET_KEY")
    assert refused(monkeypatch, tmp_path) == f"{tmp_path}/secret_key must have at least 32 random characters."


class TestPreparation:
    """What is wrong outside the product is one line, what is wrong within keeps its traceback."""

    @pytest.fixture
    def troubles(self):
        return runpy.run_path(str(ROOT / "bin" / "prepare.py"))["outside_troubles"]

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (OSError(errno.ENOSPC, "No space left on device"), "cannot be written: No space left on device."),
            (PermissionError(errno.EACCES, "Permission denied"), "cannot be written: Permission denied."),
            (OperationalError("database or disk is full"), "cannot be used (database or disk is full)."),
            (OperationalError("attempt to write a readonly database"), "attempt to write a readonly database"),
        ],
    )
    def test_the_data_folder(self, troubles, settings, error, words):
        settings.EMBEDDED = True
        with pytest.raises(CannotStart) as refusal, troubles():
            raise error
        assert str(refusal.value).startswith(f"DATA_DIR={settings.DATA_DIR}")
        assert words in str(refusal.value)

    @pytest.mark.parametrize("kind", [OperationalError, NotSupportedError, ProgrammingError])
    def test_the_database(self, troubles, settings, kind):
        settings.EMBEDDED = False
        with pytest.raises(CannotStart, match=r"^The database does not answer: refused$"), troubles():
            raise kind("refused\nhint") from (InsufficientPrivilege() if kind is ProgrammingError else None)

    @pytest.mark.parametrize("error", [IntegrityError("x"), ProgrammingError("x"), FileNotFoundError(2, "x")])
    def test_an_error_of_the_product_is_not_hidden(self, troubles, error):
        with pytest.raises(type(error)), troubles():
            raise error


class TestPrivateFiles:
    def test_what_a_process_writes_is_for_its_user(self, tmp_path):
        code = "from django.conf import settings as s; (s.DATA_DIR / 'mail').mkdir(); open(s.STATIC_ROOT / 'a', 'w')"
        assert begin("-c", code, folder=tmp_path / "data").wait(60) == 0
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
