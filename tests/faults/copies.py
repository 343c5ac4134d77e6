"""Copies of a running desk's database, and the ways in which somebody puts one back."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg

from tests.servers import PostgreSQL, program
from tests.stack.desk import Desk


class EmbeddedCopy:
    """Of the SQLite file, made as SQLite recommends."""

    def __init__(self, desk: Desk, file: Path):
        self._desk, self._file = desk, file
        _copy(desk.database, file)

    def load_under_the_running_desk(self) -> None:
        _copy(self._file, self._desk.database)

    def move_over_the_running_desk(self) -> None:
        moved = self._file.with_suffix(".moved")
        shutil.copy(self._file, moved)
        moved.replace(self._desk.database)

    def copy_back_and_start(self) -> None:
        assert self._desk.stop() == 0
        beside = [path.name for path in self._desk.database.parent.glob("desk.sqlite3-*")]
        assert beside == [], "a stopped desk is one file"
        self._desk.database.write_bytes(self._file.read_bytes())
        self._desk.start()


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target, timeout=20)) as there:
        here.backup(there)


class ServedCopy:
    """Of a PostgreSQL database, as another database beside it."""

    def __init__(self, server: PostgreSQL, database: str):
        self._server, self._database, self._copies = server, database, 0
        words = [program("pg_dump", folders=server.folders), "-Fc", server.url_of(database)]
        self._dump = subprocess.run(words, check=True, capture_output=True).stdout

    def put_in_place_of_the_database(self) -> None:
        """Under the running desk: its connections end, and the next ones find another database."""
        self._copies += 1
        name = f"{self._database}_copy_{self._copies}"
        with psycopg.connect(self._server.url_of("postgres"), autocommit=True) as door:
            door.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
            self._load(name)
            door.execute(f'DROP DATABASE "{self._database}" WITH (FORCE)')
            door.execute(f'ALTER DATABASE "{name}" RENAME TO "{self._database}"')

    def _load(self, database: str) -> None:
        words = [program("pg_restore", folders=self._server.folders), "-d", self._server.url_of(database)]
        subprocess.run(words, check=True, input=self._dump, capture_output=True)
