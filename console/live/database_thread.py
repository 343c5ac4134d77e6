"""Threads of the live path's own: nobody's slow query holds up its frames."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError
from django.db import connection as database


class DatabaseThread:
    """One thread with one database connection, kept open."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, function: Callable, *args):
        """The function's answer, without holding up the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _mended(function), *args)

    async def close(self) -> None:
        """Let the thread and its connection go; used where a hub ends before its process does."""
        await self.run(lambda: database.close())
        self._pool.shutdown()


def _mended(function: Callable) -> Callable:
    """A connection that broke is dropped, or it would stay broken for ever."""

    def call(*args):
        try:
            return function(*args)
        except (OperationalError, InterfaceError):
            database.close()
            raise

    return call
