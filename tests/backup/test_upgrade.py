"""A backup is made before the schema changes; code that is older than the schema does not start."""

import runpy
import zipfile
from pathlib import Path

import pytest
from celery import signals
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from console.celery import stop_on_a_newer_database
from console.environment import CannotStart
from support_management.core import applied_migrations
from support_management.management.backup.archive import Archive

ROOT = Path(__file__).resolve().parents[2]
LATER = "9999_of_a_later_version"


class TestBeforeAnUpgrade:
    @pytest.fixture
    def schema(self, desk, monkeypatch):
        """The step of bin/prepare.py, on a desk that lacks the newest migration. Nothing is migrated."""
        migrations = MigrationRecorder(connection).migration_qs.filter(app="support_management")
        newest = migrations.latest("name")
        newest.delete()
        step = runpy.run_path(str(ROOT / "bin" / "prepare.py"), run_name="prepare")["schema"]
        step.migrated = []
        step.__globals__["call_command"] = lambda *words, **_: step.migrated.append(words)
        step.lacks = f"support_management.{newest.name}"
        return step

    def test_a_backup_holds_the_desk_as_it_was(self, schema, desk, capsys):
        schema()
        [file] = (desk / "backups").iterdir()
        with Archive(file) as archive:
            assert schema.lacks not in archive.manifest.migrations
            assert len(archive.manifest.migrations) == len(applied_migrations.in_database())
        assert "secret_key" in zipfile.ZipFile(file).namelist()
        assert str(file) in capsys.readouterr().err
        assert schema.migrated == [("migrate",)]

    def test_the_last_three_are_kept_and_no_other_is_deleted(self, schema, desk):
        (desk / "backups").mkdir()
        names = [f"before-upgrade-2020010{day}-000000.zip" for day in range(1, 5)]
        for name in (*names, "desk-20200101-000000.zip"):
            (desk / "backups" / name).touch()
        schema()
        left = sorted(path.name for path in (desk / "backups").iterdir())
        assert left[:2] == names[2:]
        assert (len(left), left[-1]) == (4, "desk-20200101-000000.zip")

    def test_one_made_after_the_clock_was_set_back_is_the_newest(self, schema, desk):
        (desk / "backups").mkdir()
        for year in (2090, 2091, 2092):
            (desk / "backups" / f"before-upgrade-{year}0101-000000.zip").touch()
        schema()
        left = sorted(path.name[15:19] for path in (desk / "backups").iterdir())
        assert left[0] < "2090", "the one of now"
        assert left[1:] == ["2091", "2092"]

    def test_an_upgrade_that_fails_again_and_again_loses_no_backup(self, schema, desk):
        (desk / "backups").mkdir()
        names = [f"before-upgrade-2020010{day}-000000.zip" for day in range(1, 5)]
        for name in names:
            (desk / "backups" / name).touch()

        def failed(*_, **__):
            raise RuntimeError

        schema.__globals__["call_command"] = failed
        with pytest.raises(RuntimeError):
            schema()
        assert {path.name for path in (desk / "backups").iterdir()} > set(names)

    def test_without_a_backup_nothing_is_migrated(self, schema, desk, capsys):
        (desk / "backups").write_text("a file where the folder should be")
        with pytest.raises(CannotStart, match=r"The backup before the upgrade failed: .+"):
            schema()
        assert schema.migrated == []

    def test_a_start_without_an_upgrade_makes_none(self, schema, desk):
        MigrationRecorder(connection).record_applied(*schema.lacks.split("."))
        schema()
        assert not (desk / "backups").exists()

    def test_nor_does_the_first_start(self, schema, at, tmp_path):
        with at(tmp_path / "empty") as folder:
            schema()
            assert not (folder / "backups").exists()


class TestOlderCode:
    @pytest.fixture
    def newer(self, desk):
        MigrationRecorder(connection).record_applied("support_management", LATER)

    @pytest.mark.parametrize(
        "start",
        [
            lambda: runpy.run_path(str(ROOT / "asgi.py")),
            lambda: stop_on_a_newer_database(),
            lambda: runpy.run_path(str(ROOT / "bin" / "prepare.py"), run_name="prepare")["main"](),
            lambda: call_command("check_desk"),
        ],
        ids=["web", "worker and beat", "preparation", "check"],
    )
    def test_no_process_starts(self, newer, start, capsys):
        with pytest.raises(SystemExit) as end:
            start()
        said = capsys.readouterr().err
        assert (end.value.code, said.count("\n")) == (2, 1)
        assert said.startswith(f"The database belongs to a newer version of the desk (support_management.{LATER} is")

    @pytest.mark.parametrize("signal", [signals.worker_init, signals.beat_init])
    def test_worker_and_beat_look_before_they_begin(self, signal):
        """Not sent here: Celery would prepare this process to be a worker."""
        assert stop_on_a_newer_database in signal._live_receivers(None)

    def test_a_database_that_does_not_answer_is_waited_for(self, at, db, tmp_path):
        with at(tmp_path / "other") as folder:
            (folder / "desk.sqlite3").mkdir()
            assert applied_migrations.stop_if_newer() is None

    def test_it_can_back_up_and_restore_what_it_knows(self, desk, tmp_path, told):
        call_command("backup", tmp_path / "one.zip")
        MigrationRecorder(connection).record_applied("support_management", LATER)
        call_command("backup", tmp_path / "two.zip")
        assert LATER in told("restore", tmp_path / "two.zip", "--force")
        call_command("restore", tmp_path / "one.zip", "--force")
        assert applied_migrations.unknown(applied_migrations.in_database()) == []

    def test_migrations_of_an_app_that_was_removed_are_no_newer_version(self):
        assert applied_migrations.unknown([("an_app_of_old", "0001_initial")]) == []

    def test_every_migration_of_the_code_is_known_to_it(self, db):
        assert applied_migrations.in_database() == applied_migrations.in_code()
