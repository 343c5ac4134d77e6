"""Reading much at one moment: what is compared belongs together, and no writer waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction that sees one state of the database, without the time limits of requests. For reading only.

    Within another transaction it sees what that one sees.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    sqlite: Any = connection if connection.vendor == "sqlite" else None
    if sqlite:
        mode, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"  # without the lock of writers
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                _begin_on_postgresql()
            yield
    finally:
        if sqlite:
            sqlite.transaction_mode = mode


def _begin_on_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    without_limits()


def without_limits() -> None:
    """Lift the time limits that are made for requests, until the end of this transaction on PostgreSQL."""
    with connection.cursor() as cursor:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {limit} = 0")
