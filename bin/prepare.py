"""Prepares the start: database schema, static files, and the demo if the database is empty.

A separate process, so that the supervisor stays small and does not load Django. Prints the demo logins.
"""

import contextlib
import errno
import hashlib
import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import DatabaseError, NotSupportedError, OperationalError
from psycopg.errors import InsufficientPrivilege

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from console import redis_check
from console.addresses import masked
from console.environment import CannotStart
from console.startup import refusals_in_one_line

REDIS_SECONDS = 1
ROOM_BYTES = 1024 * 1024
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG}
"""Errors of the data folder that its owner can mend."""
OUTSIDE = (OperationalError, NotSupportedError)
"""A database that does not answer, has no room, is read-only or too old."""


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def private_data() -> None:
    """What earlier versions left readable in the data folder is for its owner only."""
    for folder, _, names in os.walk(settings.DATA_DIR):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            mode = path.lstat().st_mode
            if mode & 0o077 and not path.is_symlink():
                with contextlib.suppress(PermissionError):
                    path.chmod(stat.S_IMODE(mode) & 0o700)


def room() -> None:
    """Write and remove a file: a full disk is noticed before anything depends on it."""
    file = settings.DATA_DIR / ".room"
    try:
        file.write_bytes(bytes(ROOM_BYTES))
    finally:
        file.unlink(missing_ok=True)


def ask_redis() -> None:
    """CannotStart when Redis refuses REDIS_URL; one that is away may come later."""
    if not settings.REDIS_URL:
        return
    state, reason = redis_check.ask_once(settings.REDIS_URL, REDIS_SECONDS)
    address = masked(settings.REDIS_URL)
    if state == redis_check.State.REFUSED:
        raise CannotStart(f"REDIS_URL={address} is refused ({reason}): check scheme, password and number.")
    if state == redis_check.State.LOST:
        note(f"Redis does not answer ({reason}): starting without it")
    if state == redis_check.State.UNWRITABLE:
        note(f"Redis takes no writes ({reason}): starting without it")


def schema() -> None:
    # One connection is enough here; without the pool a refused connection reports its reason.
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    django.setup()
    from support_management.core import applied_migrations

    applied = applied_migrations.in_database()
    if sentence := applied_migrations.refusal(applied):
        raise CannotStart(sentence)
    backup = back_up() if settings.EMBEDDED and applied and applied_migrations.in_code() - applied else None
    call_command("migrate", interactive=False, verbosity=0)
    if backup:
        from support_management.management.backup import make

        make.after_upgrade(backup)


def back_up() -> Path:
    """Before the schema changes; without a backup it does not. A server's database has backups of its own."""
    from support_management.management.backup import make
    from support_management.management.backup.errors import told_in_one_line

    try:
        with told_in_one_line("backup before the upgrade"):
            file = make.before_upgrade()
    except CommandError as error:
        raise CannotStart(str(error)) from None
    note(f"The database is upgraded; {file} is a backup of it as it was")
    return file


def _static_fingerprint() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_files() -> None:
    """Collect static files if one has changed: hashing and compressing all of them takes seconds."""
    stamp, fingerprint = settings.DATA_DIR / "static.stamp", _static_fingerprint()
    collected = stamp.read_text() if stamp.exists() else ""
    if collected == fingerprint and (settings.STATIC_ROOT / "staticfiles.json").exists():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def demo() -> None:
    from support_management.management.demo import logins
    from support_management.models import User

    if not User.objects.exists():
        note("Filling the empty desk with demo data")
        call_command("load_demo", stdout=io.StringIO())
    print("\n".join(logins.lines()))


@contextmanager
def outside_troubles() -> Iterator[None]:
    """CannotStart for what is wrong outside the product: the disk, or the database."""
    try:
        yield
    except DatabaseError as error:
        if not isinstance(error, OUTSIDE) and not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        reason = str(error).strip().splitlines()[0]
        if settings.EMBEDDED:
            raise CannotStart(f"DATA_DIR={settings.DATA_DIR}: the database cannot be used ({reason}).") from None
        raise CannotStart(f"The database does not answer: {reason}") from None
    except OSError as error:
        if error.errno not in DISK:
            raise
        raise CannotStart(f"DATA_DIR={settings.DATA_DIR} cannot be written: {error.strerror}.") from None


def main() -> None:
    with refusals_in_one_line(), outside_troubles():
        private_data()
        room()
        ask_redis()
        schema()
        static_files()
        if settings.DEMO:
            demo()


if __name__ == "__main__":
    main()
