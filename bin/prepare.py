"""What must be true before the first process starts: schema, static files, and a demo on an empty desk.

Runs as a process of its own, so that the supervisor stays small and knows no Django. Its standard output is who can
sign in.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")


def stop(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
    sys.exit(2)


def wants_demo(settings) -> bool:
    """Embedded asks by itself; with a database of one's own only DEMO=1 asks."""
    return settings.DEMO or (settings.EMBEDDED and "DEMO" not in os.environ)


def fill_empty_desk(call_command) -> None:
    from support_management.management.demo import logins
    from support_management.models import User

    if not User.objects.exists():
        print("Filling the empty desk with demo data", file=sys.stderr, flush=True)
        call_command("load_demo", stdout=sys.stderr)
    print("\n".join(logins.lines()))


def main() -> None:
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.db import OperationalError

    try:
        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
    except ImproperlyConfigured as error:
        stop(str(error))
    except OperationalError as error:
        stop(f"The database does not answer: {str(error).strip().splitlines()[0]}")
    call_command("collectstatic", interactive=False, verbosity=0)
    if wants_demo(settings):
        fill_empty_desk(call_command)


if __name__ == "__main__":
    main()
