"""How a process begins: settings or a database that cannot be used end it with one line, not with a traceback."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from psycopg.errors import InsufficientPrivilege, UndefinedColumn, UndefinedTable

from console.environment import CannotStart


@contextmanager
def refusals_in_one_line() -> Iterator[None]:
    """Around everything that loads the settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    try:
        yield
    except CannotStart as error:
        print(error, file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(2)


@contextmanager
def database_troubles_in_one_line() -> Iterator[None]:
    """Around a management command; `--traceback` shows all. One connection: a pool hides why there is no answer."""
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        sentence = _trouble(error)
        if not sentence or "--traceback" in sys.argv:
            raise
        print(f"CommandError: {sentence}", file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(1)


def _trouble(error: Exception) -> str:
    """What is wrong with the database itself; empty for what a statement did wrong."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if isinstance(error.__cause__, UndefinedTable | UndefinedColumn) or reason.startswith("no such "):
        return f"The database lacks what this version needs ({reason}): `manage.py migrate` makes it."
    if isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError:
        return f"The database cannot be used: {reason}"
    return f"The database refuses: {reason}" if isinstance(error.__cause__, InsufficientPrivilege) else ""


def load_settings() -> None:
    with refusals_in_one_line():
        settings.INSTALLED_APPS  # noqa: B018  (the first access loads them)
