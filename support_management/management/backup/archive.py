"""The archive: one zip file that only its owner reads, complete or not there at all."""

import hashlib
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, Self

from support_management.management.backup import manifest as manifests
from support_management.management.backup.errors import BackupError
from support_management.management.backup.manifest import Manifest

MANIFEST = "manifest.json"
BLOCK = 1024 * 1024
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError)


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Write to a temporary file beside `path`, private from its first moment; renamed when it is complete."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make renames in the folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class ArchiveWriter:
    """Adds members and their checksums; `finish` adds the manifest. Without it the archive is none."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._members: dict[str, dict] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        with suppress(OSError, ValueError):  # after a failure, which is the one that is told
            self._zip.close()

    def add(self, name: str, source: IO[bytes], *, compressed: bool = False) -> None:
        """Copy what is left of `source`. `compressed`: it is already."""
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_STORED if compressed else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w", force_zip64=True) as member:
            while block := source.read(BLOCK):
                digest.update(block)
                size += len(block)
                member.write(block)
        self._members[name] = {"size": size, "sha256": digest.hexdigest()}

    def finish(self, manifest: Manifest) -> None:
        manifest.members = self._members
        self._zip.writestr(zipfile.ZipInfo(MANIFEST), manifest.as_json())
        self._zip.close()


class Archive:
    """An archive that is read. BackupError when it is none, incomplete or damaged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
            self.manifest = manifests.parse(self._zip.read(MANIFEST))
        except OSError as error:
            raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from None
        except DAMAGED:
            raise BackupError(f"{path} is not a backup of a desk, or not a complete one.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self._zip.close()

    def extract(self, folder: Path) -> None:
        """Write the members into the folder and compare them with their checksums."""
        names = {entry.filename for entry in self._zip.infolist() if entry.filename != MANIFEST}
        if names != self.manifest.members.keys():
            raise BackupError(f"{self._path} is damaged: its files are not those of its manifest.")
        for name, expected in self.manifest.members.items():
            try:
                found = self._extract(name, folder)
            except DAMAGED:
                found = {}
            if found != expected:
                raise BackupError(f"{self._path} is damaged: {name} is not what was backed up.")

    def _extract(self, name: str, folder: Path) -> dict:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise BackupError(f"{self._path} is not a backup of a desk: it names {name!r}.")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest, size = hashlib.sha256(), 0
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as copy, self._zip.open(name) as member:
            while block := member.read(BLOCK):
                digest.update(block)
                size += len(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        return {"size": size, "sha256": digest.hexdigest()}
