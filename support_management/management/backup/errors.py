"""What goes wrong with a backup is told in one line."""

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError


class BackupError(Exception):
    """A backup or restore that cannot be done; the text says why, and what to do."""


@contextmanager
def told_in_one_line(what: str) -> Iterator[None]:
    """For the commands: a failure of `what` is a CommandError; SIGTERM ends it like Ctrl-C, with everything undone."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except BackupError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise CommandError(f"The {what} failed: {error.strerror or error}{place}.") from None
    except (sqlite3.Error, DatabaseError) as error:
        raise CommandError(f"The {what} failed: {str(error).strip().splitlines()[0]}") from None
    except KeyboardInterrupt:
        raise CommandError(f"The {what} was stopped; nothing has changed.") from None
    finally:
        signal.signal(signal.SIGTERM, before)
