"""`manage.py backup`: one private file with everything, or one line and no file."""

import json
import os
import resource
import sqlite3
import stat
import zipfile
from contextlib import closing, contextmanager

import pytest
from django.core.management import call_command
from django.db import connection

from support_management.management.backup import make
from support_management.people.models import User
from tests.cast import ada_of_north


@contextmanager
def full_disk(size: int):
    """No file may become larger than `size`: the system refuses as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def names(file) -> set[str]:
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


class TestContent:
    def test_database_files_secret_and_a_manifest(self, desk, tmp_path, capsys):
        ada_of_north()
        (desk / "files" / "2026").mkdir(parents=True)
        (desk / "files" / "2026" / "receipt.pdf").write_bytes(b"a receipt")
        (desk / "broker").mkdir()
        (desk / "broker" / "task").write_text("not worth keeping")
        call_command("backup", tmp_path / "one.zip")
        assert names(tmp_path / "one.zip") == {
            "manifest.json",
            "desk.sqlite3",
            "secret_key",
            "files/2026/receipt.pdf",
        }
        manifest = json.loads(zipfile.ZipFile(tmp_path / "one.zip").read("manifest.json"))
        assert (manifest["vendor"], manifest["version"]) == ("sqlite", "0.1.0")
        assert manifest["counts"][User._meta.db_table] == User.objects.count() == 1
        assert len(manifest["epoch"].replace("-", "")) == 32
        assert manifest["head"] > 0
        assert any(name.startswith("support_management.0026") for name in manifest["migrations"])
        assert str(tmp_path / "one.zip") in capsys.readouterr().out

    def test_without_the_secret_it_says_so(self, desk, tmp_path, capsys):
        call_command("backup", tmp_path / "one.zip", "--without-secret")
        assert names(tmp_path / "one.zip") == {"manifest.json", "desk.sqlite3"}
        assert "SECRET_KEY is not in it" in capsys.readouterr().out

    def test_only_its_owner_reads_it_from_the_first_moment(self, desk, tmp_path, monkeypatch):
        modes = []
        copied = make.sqlite.dump

        def dump(writer, beside):
            paths = [path for path in beside.rglob("*") if desk not in path.parents and path != desk]
            modes.extend(stat.S_IMODE(path.stat().st_mode) for path in paths)
            return copied(writer, beside)

        monkeypatch.setattr(make.sqlite, "dump", dump)
        before = os.umask(0)
        try:
            call_command("backup", tmp_path / "one.zip")
        finally:
            os.umask(before)
        assert modes == [0o600]
        assert stat.S_IMODE((tmp_path / "one.zip").stat().st_mode) == 0o600

    def test_without_a_name_it_goes_into_the_data_folder(self, desk):
        call_command("backup")
        [file] = (desk / "backups").iterdir()
        assert file.name.startswith("desk-")


class TestRefusals:
    @pytest.fixture(autouse=True)
    def nothing_is_left(self, desk, tmp_path):
        yield
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
        assert connection.settings_dict["NAME"] == desk / "desk.sqlite3"
        assert User.objects.count() == 0

    def test_a_file_that_exists(self, tmp_path, told):
        call_command("backup", tmp_path / "one.zip")
        before = (tmp_path / "one.zip").stat()
        assert "--force" in told("backup", tmp_path / "one.zip")
        assert (tmp_path / "one.zip").stat() == before
        call_command("backup", tmp_path / "one.zip", "--force")
        assert (tmp_path / "one.zip").stat().st_ino != before.st_ino

    def test_another_file_is_not_replaced_even_by_force(self, desk, tmp_path, told):
        (tmp_path / "letter.txt").write_text("Dear Cleo")
        assert "is not a backup" in told("backup", tmp_path / "letter.txt", "--force")
        assert "is not a backup" in told("backup", desk / "desk.sqlite3", "--force")
        assert (tmp_path / "letter.txt").read_text() == "Dear Cleo"

    @pytest.mark.parametrize("place", ["nowhere/one.zip", "letter.txt/one.zip", "/proc/one.zip", "x" * 300])
    def test_a_folder_that_takes_no_file(self, tmp_path, told, place):
        (tmp_path / "letter.txt").write_text("Dear Cleo")
        assert told("backup", tmp_path / place).startswith("The backup failed: ")

    @pytest.mark.parametrize("size", [200_000, 3_000_000])
    def test_a_disk_that_is_full(self, desk, tmp_path, told, size):
        (desk / "uploads").mkdir()
        (desk / "uploads" / "film").write_bytes(os.urandom(4_000_000))
        connection.close()
        with full_disk(size):
            assert told("backup", tmp_path / "one.zip").startswith("The backup failed: ")
        assert not (tmp_path / "one.zip").exists()

    def test_a_desk_that_is_not_there(self, tmp_path, at, told):
        with at(tmp_path / "empty"):
            assert "There is no desk" in told("backup", tmp_path / "one.zip")
            assert not (tmp_path / "empty" / "desk.sqlite3").exists()

    def test_a_desk_without_a_schema(self, tmp_path, at, told):
        with at(tmp_path / "empty") as folder:
            sqlite3.connect(folder / "desk.sqlite3").close()
            assert "There is no desk" in told("backup", tmp_path / "one.zip")


def test_a_damaged_database_is_told(desk, tmp_path, told):
    connection.close()
    with closing(sqlite3.connect(desk / "desk.sqlite3", isolation_level=None)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'django_migrations'").fetchone()[0]
        size = database.execute("PRAGMA page_size").fetchone()[0]
    with (desk / "desk.sqlite3").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\x7f" * size)
    assert "damaged" in told("backup", tmp_path / "one.zip")
    assert not (tmp_path / "one.zip").exists()
