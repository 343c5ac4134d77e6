"""How a process begins: settings that cannot be used end it with one line, not with a traceback."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

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


def load_settings() -> None:
    with refusals_in_one_line():
        settings.INSTALLED_APPS  # noqa: B018  (the first access loads them)
