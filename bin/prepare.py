"""Prepares the start: database schema, static files, and the demo if the database is empty.

A separate process, so that the supervisor stays small and does not load Django. Prints the demo logins.
"""

import contextlib
import hashlib
import io
import os
import stat
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def stop(text: str) -> None:
    note(text)
    sys.exit(2)


def private_data() -> None:
    """What earlier versions left readable in the data folder is for its owner only."""
    for folder, _, names in os.walk(settings.DATA_DIR):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            mode = path.lstat().st_mode
            if mode & 0o077 and not path.is_symlink():
                with contextlib.suppress(PermissionError):
                    path.chmod(stat.S_IMODE(mode) & 0o700)


def schema() -> None:
    # One connection is enough here; without the pool a refused connection reports its reason.
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


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


def wants_demo() -> bool:
    """In embedded mode the demo is the default; with DATABASE_URL it needs DEMO=1."""
    return settings.DEMO or (settings.EMBEDDED and not os.environ.get("DEMO"))


def demo() -> None:
    from support_management.management.demo import logins
    from support_management.models import User

    if not User.objects.exists():
        note("Filling the empty desk with demo data")
        call_command("load_demo", stdout=io.StringIO())
    print("\n".join(logins.lines()))


def main() -> None:
    try:
        private_data()
        schema()
    except ImproperlyConfigured as error:
        stop(str(error))
    except OperationalError as error:
        stop(f"The database does not answer: {str(error).strip().splitlines()[0]}")
    static_files()
    if wants_demo():
        demo()


if __name__ == "__main__":
    main()
