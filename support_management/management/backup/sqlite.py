"""SQLite: a copy by its own backup API while others write; a restored file takes the place of the old one."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from django.db import DEFAULT_DB_ALIAS, connection, connections

from support_management.management.backup import manifest as manifests
from support_management.management.backup.archive import ArchiveWriter, sync_folder
from support_management.management.backup.errors import BackupError
from support_management.management.backup.manifest import Manifest

MEMBER = "desk.sqlite3"
WAIT_SECONDS = 20
BESIDE = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps beside a database."""


def file() -> Path:
    """The database of this desk."""
    return Path(connection.settings_dict["NAME"])


def dump(writer: ArchiveWriter, beside: Path) -> Manifest:
    """Add a copy of the database, made in the folder `beside`. Writers do not wait for it."""
    if not file().exists():
        raise BackupError(f"There is no desk to back up: {file()} does not exist.")
    with TemporaryDirectory(dir=beside, prefix=".copy-") as folder:
        copy = Path(folder) / MEMBER
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_open(file())) as source, closing(_open(copy)) as target:
            source.execute("SELECT 1 FROM sqlite_master").fetchall()  # waits for a lock; the copy would wait for ever
            source.backup(target)
            if problem := _problem(target, "quick_check"):
                raise BackupError(f"The database is damaged ({problem}): no backup was made.")
            described = _described(target)
        with copy.open("rb") as content:
            writer.add(MEMBER, content)
    return described


def _open(path: Path, **options) -> sqlite3.Connection:
    options = {"timeout": WAIT_SECONDS, "isolation_level": None} | options
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, **options)


def _tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in rows]


def _described(database: sqlite3.Connection) -> Manifest:
    return manifests.describe(_rows_of(database), vendor="sqlite", tables=_tables(database))


def _rows_of(database: sqlite3.Connection) -> manifests.Execute:
    return lambda query: database.execute(query).fetchall()


def _problem(database: sqlite3.Connection, check: str) -> str:
    """The first thing that SQLite finds wrong; empty when nothing is."""
    try:
        found = database.execute(f"PRAGMA {check}(1)").fetchone()[0]
        return "" if found == "ok" else str(found).splitlines()[-1]
    except sqlite3.DatabaseError as error:
        return str(error)


@contextmanager
def held() -> Iterator[bool]:
    """Keep everybody else out of the database; yields whether nobody has used it yet. A damaged one has been used.

    BackupError when a process has it open: each connection holds a lock on the file, idle ones too.
    """
    connection.close()
    if not file().exists():
        yield True
        return
    with closing(_open(file(), timeout=0)) as database:
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
            database.execute("COMMIT")  # the lock stays until the connection is closed
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # takes over what is only in the log beside it
            is_empty = not manifests.is_used(_rows_of(database), _tables(database))
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise BackupError(f"A process has {file()} open: stop the desk first.") from None
            is_empty = False
        yield is_empty


def load(dump: Path, manifest: Manifest, before_commit: Callable[[], None]) -> None:
    """Check the copy, let `before_commit` change it, and put it in the place of the database."""
    with closing(_open(dump)) as database:
        problem = _problem(database, "integrity_check")
        if problem or _described(database).counts != manifest.counts:
            raise BackupError(f"The database in this backup is damaged ({problem or 'rows are missing'}).")
    with opened_as_default(dump):
        before_commit()
    for ending in BESIDE:
        file().with_name(file().name + ending).unlink(missing_ok=True)
    dump.replace(file())
    sync_folder(file().parent)


@contextmanager
def opened_as_default(path: Path) -> Iterator[None]:
    """Within, the product works on this SQLite file."""
    before = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = type(before)(before.settings_dict | {"NAME": path}, DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        connection.close()
        connections[DEFAULT_DB_ALIAS] = before
