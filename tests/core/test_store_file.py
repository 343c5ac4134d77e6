"""The file of the embedded database, as `bin/run` sees it."""

import importlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(__file__).resolve().parents[2] / "bin"
WRITER = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=WAL")
connection.execute("CREATE TABLE IF NOT EXISTS t (n)")
connection.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(int(sys.argv[2]), int(sys.argv[3]))])
print("written", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def database(tmp_path) -> Path:
    return tmp_path / "desk.sqlite3"


@pytest.fixture
def store(database, monkeypatch):
    monkeypatch.syspath_prepend(str(BIN))
    module = importlib.import_module("store_file")
    monkeypatch.setattr(module, "STILL_SECONDS", 0.01)
    return module.StoreFile(database)


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


class Desk:
    """A process that has the database open, and is killed."""

    def __init__(self, database: Path, first: int, last: int):
        words = [sys.executable, "-S", "-c", WRITER, str(database), str(first), str(last)]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout.readline() == b"written\n"

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


def numbers(database: Path) -> list[int]:
    connection = sqlite3.connect(database)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    found = [n for (n,) in connection.execute("SELECT n FROM t ORDER BY n")]
    connection.close()
    return found


class TestReplaced:
    """The log of the former file never meets the new one, and nothing that is in a log is lost."""

    @pytest.fixture
    def earlier(self, database, tmp_path) -> Path:
        """A copy with five numbers. The database goes on to a hundred, most of them in its log."""
        Desk(database, 0, 5).kill()
        copied = tmp_path / "earlier"
        with sqlite3.connect(database) as here, sqlite3.connect(copied) as there:
            here.backup(there)
        here.close()
        there.close()
        return copied

    def test_by_an_earlier_copy_it_is_kept_with_what_is_in_its_log(self, store, database, earlier):
        desk = Desk(database, 5, 100)
        assert not store.was_replaced()
        earlier.replace(database)
        assert store.was_replaced()
        desk.kill()
        kept = store.set_aside()
        assert numbers(database) == list(range(5))
        assert numbers(kept) == list(range(100))
        assert not store.was_replaced()
        assert [path.name for path in database.parent.glob("former*")] == [kept.name]

    def test_a_start_after_a_kill_keeps_the_log(self, store, database):
        Desk(database, 0, 50).kill()
        assert not store.was_replaced()
        assert store.set_aside() is None
        assert numbers(database) == list(range(50))

    def test_by_a_copy_that_brings_its_own_log(self, store, database, earlier, tmp_path):
        for ending in ("", "-wal"):
            (tmp_path / f"other{ending}").unlink(missing_ok=True)
        shutil.copy(earlier, tmp_path / "other")
        other = Desk(tmp_path / "other", 200, 210)
        desk = Desk(database, 5, 100)
        assert not store.was_replaced()
        other.kill()
        for ending in ("-wal", ""):
            os.replace(tmp_path / f"other{ending}", database.with_name(database.name + ending))
        assert store.was_replaced()
        desk.kill()
        store.set_aside()
        assert numbers(database) == [*range(5), *range(200, 210)]

    def test_by_itself_moved_away_and_back_nothing_changes(self, store, database, tmp_path):
        desk = Desk(database, 0, 50)
        assert not store.was_replaced()
        shutil.copy(database, tmp_path / "same")
        (tmp_path / "same").replace(database)
        assert store.was_replaced()
        desk.kill()
        assert store.set_aside() is None
        assert numbers(database) == list(range(50))
