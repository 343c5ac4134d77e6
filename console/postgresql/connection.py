"""A connection that is given up when its answer takes longer than the current request may wait."""

import time
from typing import Any, NoReturn

import psycopg
from psycopg import errors

from support_management.core import database_wait

COMMIT_SECONDS = 0.5
"""What a COMMIT may take in any case: cut short, nobody would know whether it was carried out."""


class LimitedConnection(psycopg.Connection):
    """Keeps the limits of `database_wait`. Given up, it is closed: its state is unknown, its place in the pool free."""

    def wait(self, gen, *args, **options) -> Any:
        """Everything that is asked of the server waits here."""
        limit = database_wait.current()
        if limit is None:
            return super().wait(gen, *args, **options)
        began = time.monotonic()
        try:
            answer = super().wait(gen, timeout=limit.seconds())
        except errors._WaitTimeout:
            self._give_up(began)
        finally:
            limit.left -= time.monotonic() - began
        database_wait.heard()
        return answer

    def commit(self) -> None:
        database_wait.extend(COMMIT_SECONDS, each=COMMIT_SECONDS)
        super().commit()

    def _give_up(self, began: float) -> NoReturn:
        """Close the socket. When nobody was answered, the pool's other connections are replaced as well."""
        self.pgconn.finish()
        if database_wait.unanswered(began) and (pool := getattr(self, "_pool", None)):
            pool.drain()
        waited = time.monotonic() - began
        raise psycopg.OperationalError(f"PostgreSQL did not answer within {waited:.1f} s") from None
