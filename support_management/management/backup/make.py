"""Makes a backup, also while the desk is running: database, files and secrets in one archive."""

from pathlib import Path

from django.conf import settings
from django.db import connection

from support_management.core.time import now
from support_management.management.backup import kept_files, postgresql, sqlite
from support_management.management.backup.archive import Archive, ArchiveWriter, new_file
from support_management.management.backup.errors import BackupError
from support_management.management.backup.manifest import Manifest

FOLDER = "backups"
BEFORE_UPGRADE = "before-upgrade-"
KEPT = 3
"""How many of the backups before an upgrade stay."""


def folder() -> Path:
    """Where backups go without another place."""
    return settings.DATA_DIR / FOLDER


def new_name(prefix: str = "desk-") -> Path:
    """A file in that folder, named for this second."""
    folder().mkdir(mode=0o700, exist_ok=True)
    return folder() / f"{prefix}{now():%Y%m%d-%H%M%S}.zip"


def make(file: Path, *, with_secret: bool = True, replace: bool = False) -> Manifest:
    """Write the archive. BackupError when `file` exists, unless it is a backup and may be replaced."""
    if file.exists():
        if not replace:
            raise BackupError(f"{file} exists: choose another name, or replace it with --force.")
        with Archive(file):
            pass  # raises for what is not a backup: it is not ours to replace
    store = sqlite if connection.vendor == "sqlite" else postgresql
    with new_file(file) as output, ArchiveWriter(output) as writer:
        manifest = store.dump(writer, file.parent)
        kept_files.add(writer, with_secret=with_secret)
        writer.finish(manifest)
    return manifest


def before_upgrade() -> Path:
    """Back up before the schema changes."""
    file = new_name(BEFORE_UPGRADE)
    make(file, replace=True)
    return file


def after_upgrade(newest: Path) -> None:
    """Keep this backup and the two before it. Not sooner: an upgrade that fails again and again would lose the first.

    The names of the others may be of the future, from before the clock was set back.
    """
    others = sorted(file for file in folder().glob(f"{BEFORE_UPGRADE}*.zip") if file != newest)
    for old in others[: 1 - KEPT]:
        old.unlink()
