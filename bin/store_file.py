"""The file of the embedded database: whether another one has taken its place; one file when the desk has stopped."""

import os
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

STILL_SECONDS, MOST_SECONDS = 0.5, 60
FORMER = "former.sqlite3"
BLOCK = 1024 * 1024


class StoreFile:
    """Whoever has the former file open would go on writing into what nobody reads any more.

    The file is kept open here, so that its contents outlive it until they are set aside.
    """

    def __init__(self, path: Path):
        self._path, self._log = path, path.with_name(f"{path.name}-wal")
        self._inode = self._log_inode = None
        self._file: BinaryIO | None = None
        self._former: tuple[BinaryIO | None, int | None] = (None, None)
        self.was_replaced()

    def was_replaced(self) -> bool:
        """True once for each other file that has taken its place; `set_aside` follows."""
        before, now, log_before = self._inode, _inode(self._path), self._log_inode
        self._log_inode = _inode(self._log)
        if now in (None, before):
            return False
        former, self._inode = self._file, now
        with suppress(OSError):  # it may be away again
            self._file = self._path.open("rb")
            self._inode = os.fstat(self._file.fileno()).st_ino
        if before is not None:
            self._former = (former, log_before)
        return before is not None

    def set_aside(self) -> Path | None:
        """Once nobody has it open: keep the former file and its log as one, and wait until the new one is complete.

        A log beside the new file that is not the former's came with it. None where nothing could be kept, and where
        the new file is the same as the former: it goes on with the same log.
        """
        self._wait_until_still()
        (former, log), self._former = self._former, (None, None)
        if former is None or self._is_like(former):
            return None
        kept = self._path.with_name(FORMER)
        for old in kept.parent.glob(f"{FORMER}*"):
            old.unlink()
        if log is not None and _inode(self._log) == log:
            self._log.rename(kept.with_name(f"{FORMER}-wal"))
        try:
            with closing(former), kept.open("wb") as copy:
                former.seek(0)
                shutil.copyfileobj(former, copy, BLOCK)
        except OSError:
            kept.unlink(missing_ok=True)
            return None
        _join_log(kept)
        return kept

    def tidy(self) -> None:
        """Once nobody has it open: one file is the database, without a log beside it.

        An earlier copy that is put back beside the log of the former file would be damaged by it.
        """
        _join_log(self._path)

    def _wait_until_still(self) -> None:
        """It may be written just now, as by `cp`."""
        limit, before = time.monotonic() + MOST_SECONDS, None
        while (now := _size_and_time(self._path)) != before and time.monotonic() < limit:
            before = now
            time.sleep(STILL_SECONDS)

    def _is_like(self, former: BinaryIO) -> bool:
        former.seek(0)
        with suppress(OSError), self._path.open("rb") as new:
            if os.fstat(new.fileno()).st_size == os.fstat(former.fileno()).st_size:
                return all(block == former.read(BLOCK) for block in iter(lambda: new.read(BLOCK), b""))
        return False


def _join_log(database: Path) -> None:
    """Move what is in the log beside a database into its file."""
    address = f"file:{quote(str(database))}?mode=rw"
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _size_and_time(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
