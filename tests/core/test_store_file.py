"""The file of the embedded database, as `bin/run` sees it."""

import importlib
import sqlite3
from pathlib import Path

import pytest

BIN = Path(__file__).resolve().parents[2] / "bin"


@pytest.fixture
def database(tmp_path) -> Path:
    return tmp_path / "desk.sqlite3"


@pytest.fixture
def store(database, monkeypatch):
    monkeypatch.syspath_prepend(str(BIN))
    return importlib.import_module("store_file").StoreFile(database)


def write(database: Path) -> sqlite3.Connection:
    """A connection that has written, and is never closed, as of a process that ended."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE IF NOT EXISTS t (n)")
    connection.execute("INSERT INTO t VALUES (1)")
    connection.commit()
    return connection


def test_another_file_in_its_place_is_noticed_once(store, database, tmp_path):
    assert not store.was_replaced()
    database.write_text("made by the first start")
    assert not store.was_replaced()
    database.write_text("written by the desk")
    assert not store.was_replaced()
    (tmp_path / "copy").write_text("an earlier one")
    (tmp_path / "copy").replace(database)
    assert [store.was_replaced(), store.was_replaced()] == [True, False]


def test_one_that_is_away_for_a_moment_is_noticed_when_another_comes(store, database, tmp_path):
    database.write_text("the first")
    assert not store.was_replaced()
    database.rename(tmp_path / "kept")  # its inode is not given to the next file
    assert not store.was_replaced()
    database.write_text("the second")
    assert store.was_replaced()


def test_a_stopped_desk_is_one_file(store, database, tmp_path):
    open_still = write(database)
    copied = tmp_path / "after a kill.sqlite3"
    for ending in ("", "-wal"):
        copied.with_name(copied.name + ending).write_bytes(database.with_name(database.name + ending).read_bytes())
    open_still.close()
    type(store)(copied).tidy()
    assert [path.name for path in tmp_path.glob("after*")] == [copied.name]
    assert sqlite3.connect(copied).execute("SELECT n FROM t").fetchall() == [(1,)]


def test_a_desk_without_such_a_file_gets_none(store, database):
    store.tidy()
    assert not database.exists()
