"""The file of the embedded database: whether another one has taken its place; one file when the desk has stopped."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote


class StoreFile:
    """Whoever has the former file open would go on writing into what nobody reads any more."""

    def __init__(self, path: Path):
        self._path = path
        self._inode = self._now()

    def was_replaced(self) -> bool:
        """True once for each other file that has taken its place."""
        before, now = self._inode, self._now()
        self._inode = now or before
        return None not in (before, now) and before != now

    def tidy(self) -> None:
        """Once nobody has it open: move what is in the log beside it into the file, so that one file is the database.

        An earlier copy that is put back beside the log of the former file would be damaged by it.
        """
        address = f"file:{quote(str(self._path))}?mode=rw"
        with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _now(self) -> int | None:
        try:
            return self._path.stat().st_ino
        except OSError:
            return None
