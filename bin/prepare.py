"""What must be true before the first process starts: schema, static files, and a demo on an empty desk.

Runs as a process of its own, so that the supervisor stays small and knows no Django. Its standard output is who can
sign in.
"""

import hashlib
import io
import os
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


def schema() -> None:
    # One connection is enough here, and without the pool a refused one says why.
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def _static_fingerprint() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_files() -> None:
    """Collected again only when one of them has changed: hashing and compressing all of them takes seconds."""
    stamp, fingerprint = settings.DATA_DIR / "static.stamp", _static_fingerprint()
    known = stamp.read_text() if stamp.exists() else ""
    if known == fingerprint and (settings.STATIC_ROOT / "staticfiles.json").exists():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def wants_demo() -> bool:
    """Embedded asks by itself; with a database of one's own only DEMO=1 asks."""
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
