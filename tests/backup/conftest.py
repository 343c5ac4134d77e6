"""Desks on SQLite files of their own, which a test may back up, damage and restore."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from support_management.management.backup import sqlite


def new_database(file: Path) -> None:
    """A copy of the migrated test database, as it was before any test."""
    migrated = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(migrated)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)


@pytest.fixture
def at(settings):
    """`with at(folder):` works on the desk in this data folder."""

    @contextmanager
    def at(folder: Path) -> Iterator[Path]:
        before = settings.DATA_DIR, settings.MEDIA_ROOT
        folder.mkdir(exist_ok=True)
        settings.DATA_DIR, settings.MEDIA_ROOT = folder, folder / "uploads"
        try:
            with sqlite.opened_as_default(folder / "desk.sqlite3"):
                yield folder
        finally:
            settings.DATA_DIR, settings.MEDIA_ROOT = before

    return at


@pytest.fixture
def desk(db, tmp_path, at):
    """A desk that has just been made. The test works on it."""
    folder = tmp_path / "desk"
    folder.mkdir()
    new_database(folder / "desk.sqlite3")
    (folder / "secret_key").write_text("the secret of this desk")
    with at(folder):
        yield folder


@pytest.fixture
def told(capsys):
    """`told("backup", file)` runs a command that must fail, and returns its one line."""

    def told(*words: object, **options) -> str:
        with pytest.raises(CommandError) as failure:
            call_command(*map(str, words), **options)
        line = str(failure.value)
        assert line
        assert "\n" not in line
        assert "Traceback" not in line
        return line

    return told
