"""Restores a backup: everything is checked before anything is touched, and the old desk stays when that fails."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from support_management.core import applied_migrations
from support_management.management.backup import aftermath, kept_files, postgresql, sqlite
from support_management.management.backup.archive import Archive
from support_management.management.backup.errors import BackupError
from support_management.management.backup.manifest import Manifest

LOCK = "run.lock"
"""Held by `bin/run` for as long as the desk is running."""
STAGING = ".restore-"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Restored(NamedTuple):
    manifest: Manifest
    revoked: int
    """How many API tokens were revoked."""


def restore(file: Path, *, force: bool = False, keep_tokens: bool = False) -> Restored:
    """Replace this desk by the backup. BackupError, with nothing changed, when it cannot or must not be done."""
    store = sqlite if connection.vendor == "sqlite" else postgresql
    with Archive(file) as archive, _stopped_desk(), store.held() as is_empty:
        _check_fits(archive.manifest)
        if not force and not (is_empty and not kept_files.are_there()):
            raise BackupError("This desk is in use: restoring would replace all of it. Say --force to do that.")
        with _staging() as staged, ExitStack() as undo:
            archive.extract(staged)
            revoked = []

            def before_commit() -> None:
                revoked.append(aftermath.follow(keep_tokens=keep_tokens))
                kept_files.swap(staged, undo)

            store.load(staged / store.MEMBER, archive.manifest, before_commit)
            undo.pop_all()
    return Restored(archive.manifest, sum(revoked))


def _check_fits(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        made, here = (NAMES.get(vendor, vendor) for vendor in (manifest.vendor, connection.vendor))
        raise BackupError(f"This is a backup of a desk on {made}: it cannot be restored on {here}.")
    if extra := applied_migrations.unknown(manifest.applied()):
        raise BackupError(
            f"This backup was made by a newer version ({manifest.version}, with {'.'.join(extra[-1])}): "
            "restore it with that one."
        )


@contextmanager
def _stopped_desk() -> Iterator[None]:
    """Keep `bin/run` out meanwhile. BackupError while it is running."""
    with (settings.DATA_DIR / LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"The desk in {settings.DATA_DIR} is running: stop it first.") from None
        yield


@contextmanager
def _staging() -> Iterator[Path]:
    """A folder beside the data, so that a rename puts things into their place."""
    for left in settings.DATA_DIR.glob(f"{STAGING}*"):  # of a restore that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=STAGING) as folder:
        yield Path(folder)
