"""`manage.py restore`: the desk of the backup with another history, or one line and the desk as it was."""

import fcntl
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from support_management.core import heartbeats
from support_management.core.models import Heartbeat, NumberSequence
from support_management.core.time import now
from support_management.events import positions
from support_management.management.backup import kept_files
from support_management.people import api_tokens
from support_management.people.models import User
from tests.backup.test_backup import full_disk
from tests.cast import ada_of_north
from tests.factories import make_ticket


@pytest.fixture
def archive(desk, tmp_path) -> Path:
    """A backup of the desk, with Ada, her ticket, her token and her session in it."""
    ada = ada_of_north()
    make_ticket(assignee=ada)
    Session.objects.create(session_key="hers", session_data="", expire_date=now())
    heartbeats.beat("worker")
    (desk / "token").write_text(api_tokens.issue(user=ada))
    (desk / "files").mkdir()
    (desk / "files" / "receipt.pdf").write_bytes(b"a receipt")
    call_command("backup", tmp_path / "one.zip")
    return tmp_path / "one.zip"


def changed(archive: Path, name: str, change) -> Path:
    """The archive with other bytes under a name."""
    other = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(other, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            target.writestr(entry, change(content) if entry == name else content)
    return other


def of_manifest(**values):
    return lambda content: json.dumps(json.loads(content) | values).encode()


def content(folder: Path) -> dict[str, bytes]:
    connection.close()
    left_out = ("run.lock", "desk.sqlite3-shm", "desk.sqlite3-wal")
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name not in left_out]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


class TestInAnEmptyFolder:
    def test_everything_is_there_and_nobody_is_signed_in(self, desk, archive, at, tmp_path, capsys):
        epoch, head = positions.epoch(), positions.head()
        numbers = dict(NumberSequence.objects.values_list("name", "value"))
        with at(tmp_path / "other") as folder:
            call_command("restore", archive)
            assert User.objects.filter(username="ada").exists()
            assert (folder / "files" / "receipt.pdf").read_bytes() == b"a receipt"
            assert (folder / "secret_key").read_text() == "the secret of this desk"
            assert (positions.epoch() != epoch, positions.head()) == (True, head + 10_000)
            skipped = {name: value + 10_000 for name, value in numbers.items()}
            assert dict(NumberSequence.objects.values_list("name", "value")).items() >= skipped.items()
            assert not Session.objects.exists()
            assert not Heartbeat.objects.exists()
            assert api_tokens.owner((desk / "token").read_text()) is None
            call_command("check_desk")
            beside = {"desk.sqlite3-wal", "desk.sqlite3-shm"}
            left = {path.name for path in folder.iterdir()} - beside
            assert left == {"desk.sqlite3", "files", "run.lock", "secret_key"}
        assert "1 API tokens were revoked" in capsys.readouterr().out

    def test_tokens_are_kept_when_the_operator_says_so(self, desk, archive, at, tmp_path):
        with at(tmp_path / "other"):
            call_command("restore", archive, "--keep-tokens")
            assert api_tokens.owner((desk / "token").read_text()).username == "ada"

    def test_a_backup_without_the_secret_leaves_that_of_the_folder(self, desk, archive, at, tmp_path):
        call_command("backup", tmp_path / "two.zip", "--without-secret")
        with at(tmp_path / "other") as folder:
            (folder / "secret_key").write_text("made for this folder")
            call_command("restore", tmp_path / "two.zip")
            assert (folder / "secret_key").read_text() == "made for this folder"


class TestOverADesk:
    def test_a_desk_in_use_is_replaced_by_force_only(self, desk, archive, told):
        later = make_ticket(subject="After the backup")
        (desk / "files" / "later.pdf").write_bytes(b"sent after the backup")
        assert "--force" in told("restore", archive)
        assert type(later).objects.filter(pk=later.pk).exists()
        call_command("restore", archive, "--force")
        assert not type(later).objects.filter(pk=later.pk).exists()
        assert make_ticket().number > later.number
        assert [path.name for path in (desk / "files").iterdir()] == ["receipt.pdf"]

    def test_a_log_beside_the_old_database_does_not_reach_the_new_one(self, desk, archive):
        """A process that was killed leaves what it wrote last in a file beside the database."""
        User.objects.update(name="Written last")
        log = (desk / "desk.sqlite3-wal").read_bytes()
        connection.close()
        (desk / "desk.sqlite3-wal").write_bytes(log)
        call_command("restore", archive, "--force")
        assert not (desk / "desk.sqlite3-wal").exists()
        assert User.objects.get(username="ada").name == "Ada Agent"

    def test_a_damaged_database_is_replaced(self, desk, archive, told):
        connection.close()
        (desk / "desk.sqlite3").write_bytes(b"no database" * 1000)
        assert "--force" in told("restore", archive)
        call_command("restore", archive, "--force")
        assert User.objects.filter(username="ada").exists()

    def test_only_files_are_in_use_too(self, archive, at, tmp_path, told):
        with at(tmp_path / "other") as folder:
            (folder / "files").mkdir()
            (folder / "files" / "old.pdf").write_bytes(b"old")
            assert "--force" in told("restore", archive)


class TestRefusals:
    """With and without --force nothing is touched."""

    @pytest.fixture(autouse=True)
    def desk_stays_as_it_was(self, desk, archive):
        before = content(desk)
        yield
        assert content(desk) == before

    def test_a_file_that_is_not_there(self, tmp_path, told):
        assert "cannot be read" in told("restore", tmp_path / "two.zip", "--force")
        assert "cannot be read" in told("restore", tmp_path, "--force")

    @pytest.mark.parametrize("part", [0, 0.01, 0.5, 0.999])
    def test_a_part_of_an_archive(self, archive, told, part):
        whole = archive.read_bytes()
        archive.write_bytes(whole[: int(len(whole) * part)])
        assert "not a complete one" in told("restore", archive, "--force")

    def test_something_else(self, desk, tmp_path, told):
        (tmp_path / "letter.txt").write_text("Dear Cleo")
        assert "is not a backup" in told("restore", tmp_path / "letter.txt", "--force")
        assert "is not a backup" in told("restore", desk / "desk.sqlite3", "--force")
        with zipfile.ZipFile(tmp_path / "photos.zip", "w") as photos:
            photos.writestr("one.jpg", b"a photo")
        assert "is not a backup" in told("restore", tmp_path / "photos.zip", "--force")

    @pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b'{"format": 1, "product": "support-console"}'])
    def test_a_manifest_that_is_none(self, archive, told, manifest):
        assert "not a backup" in told("restore", changed(archive, "manifest.json", lambda _: manifest), "--force")

    @pytest.mark.parametrize("name", ["desk.sqlite3", "secret_key", "files/receipt.pdf"])
    def test_other_bytes_than_were_backed_up(self, archive, told, name):
        other = changed(archive, name, lambda content: content[:-1] + b"?")
        assert told("restore", other, "--force").endswith(f"damaged: {name} is not what was backed up.")

    def test_a_byte_of_the_archive_that_the_disk_has_lost(self, archive, told):
        with archive.open("r+b") as file:
            file.seek(20_000)
            file.write(b"\0\0\0\0")
        assert "damaged" in told("restore", archive, "--force")

    @pytest.mark.parametrize(
        ("values", "word"),
        [
            ({"vendor": "postgresql"}, "PostgreSQL"),
            ({"format": 2}, "newer version"),
            ({"migrations": ["support_management.0999_later"]}, "0999_later"),
            ({"product": "another"}, "another"),
            ({"counts": {"support_management_user": 2}}, "rows are missing"),
        ],
    )
    def test_a_backup_that_does_not_fit(self, archive, told, values, word):
        assert word in told("restore", changed(archive, "manifest.json", of_manifest(**values)), "--force")

    def test_a_running_desk(self, desk, archive, told):
        with (desk / "run.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            assert "is running" in told("restore", archive, "--force")

    def test_a_process_that_has_the_database_open_and_is_idle(self, desk, archive, told):
        with closing(sqlite3.connect(desk / "desk.sqlite3")) as other:
            other.execute("SELECT COUNT(*) FROM support_management_user").fetchone()
            assert "stop the desk" in told("restore", archive, "--force")

    @pytest.mark.parametrize("size", [200_000, 3_000_000])
    def test_a_disk_that_is_full(self, desk, archive, tmp_path, told, size):
        film = desk / "uploads" / "film"
        film.parent.mkdir()
        film.write_bytes(b"\0" * 4_000_000)
        call_command("backup", tmp_path / "two.zip")
        shutil.rmtree(film.parent)
        with full_disk(size):
            assert told("restore", tmp_path / "two.zip", "--force").startswith("The restore failed: ")

    def test_a_failure_between_files_and_database(self, archive, told, monkeypatch):
        swap = kept_files.swap

        def fail(*words):
            swap(*words)
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(kept_files, "swap", fail)
        assert "Input/output error" in told("restore", archive, "--force")
