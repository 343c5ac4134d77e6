"""What belongs to a desk beside its database: uploaded files, and the secrets of its data folder."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from django.conf import settings

from support_management.management.backup.archive import ArchiveWriter

SECRETS = ("secret_key", "demo_password")


def folders() -> list[str]:
    """Names of the folders in DATA_DIR with files that people have sent."""
    return sorted({"files", Path(settings.MEDIA_ROOT).name})


def add(writer: ArchiveWriter, *, with_secret: bool) -> None:
    """Add all of them to an archive."""
    for name in SECRETS if with_secret else ():
        if (path := settings.DATA_DIR / name).is_file():
            with path.open("rb") as content:
                writer.add(name, content)
    for path in _files():
        with suppress(FileNotFoundError), path.open("rb") as content:  # deleted meanwhile
            writer.add(str(path.relative_to(settings.DATA_DIR)), content)


def _files() -> Iterator[Path]:
    for name in folders():
        for folder, _, names in os.walk(settings.DATA_DIR / name):
            paths = (Path(folder, name) for name in sorted(names))
            yield from (path for path in paths if path.is_file() and not path.is_symlink())


def are_there() -> bool:
    """Whether the data folder has files of people."""
    return any(True for _ in _files())


def swap(staged: Path, undo: ExitStack) -> None:
    """Put staged files in the place of those of the data folder. `undo` gets how to take each step back."""
    old = staged / "replaced"
    old.mkdir(mode=0o700)
    for name in (*folders(), *SECRETS):
        target, source = settings.DATA_DIR / name, staged / name
        if target.exists() and (source.exists() or name in folders()):
            target.rename(old / name)
            undo.callback((old / name).rename, target)
        if source.exists():
            source.rename(target)
            undo.callback(target.rename, source)
