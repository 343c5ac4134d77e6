"""Database threads of the live path: slow queries elsewhere do not delay its frames."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError
from django.db import connection as database

from support_management.core import database_wait

ANSWER_SECONDS, LOOK_SECONDS = 5.0, 30.0
"""How long a call waits for one answer of the database, and for all of them."""


class DatabaseThread:
    """One thread with one database connection, kept open."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, function: Callable, *args):
        """The result of the function, without blocking the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _closing_on_error(function), *args)

    async def close(self) -> None:
        """Close the connection and end the thread, for a hub that ends before its process does."""
        await self.run(lambda: database.close())
        self._pool.shutdown()


def _closing_on_error(function: Callable) -> Callable:
    """The function; a broken connection is closed, so that the next call opens a new one."""

    def call(*args):
        try:
            with database_wait.limited(LOOK_SECONDS, each=ANSWER_SECONDS):
                return function(*args)
        except (OperationalError, InterfaceError):
            database.close()
            raise

    return call
