"""The sockets of this process: who comes, who goes, who is shown the door."""

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator

from console.live import session_viewers, wire
from console.live.connection import Connection
from console.live.database_thread import DatabaseThread
from console.live.subscriptions import GroupSubscriptions


class SocketRegistry:
    """Every connection, and the only place where one is added, dropped or asked for its rights."""

    def __init__(self, *, thread: DatabaseThread, ear: GroupSubscriptions) -> None:
        self._thread, self._ear = thread, ear
        self._connections: set[Connection] = set()

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._connections))

    @property
    def ready(self) -> list[Connection]:
        """Those that have been welcomed."""
        return [one for one in self._connections if one.ready]

    async def enter(
        self, key: str, *, send: Callable[..., Awaitable], close: Callable[..., Awaitable]
    ) -> Connection | None:
        """A connection for a signed-in person of the desk."""
        viewer = (await self._thread.run(session_viewers.viewers, [key])).get(key)
        if viewer is None:
            return None
        connection = Connection(key=key, viewer=viewer, send=send, close=close)
        self._connections.add(connection)
        self._ear.want(connection.topics)
        return connection

    def leave(self, connection: Connection) -> None:
        """The browser is gone. Never waits."""
        connection.closed = True
        self._forget(connection)

    async def check(self, connections: Iterable[Connection], *, pos: int) -> None:
        """Who is no longer signed in, or has another role, is shown the door; other websites: look anew."""
        asked = list(connections)
        if not asked:
            return
        viewers = await self._thread.run(session_viewers.viewers, {one.key for one in asked})
        for connection in asked:
            viewer = viewers.get(connection.key)
            connection.checked_at = time.monotonic()
            if viewer is None or viewer.role != connection.viewer.role:
                self._forget(connection)
                await connection.end(wire.SIGNED_OUT)
            elif viewer != connection.viewer:
                connection.viewer = viewer
                await connection.send(wire.refetch(pos))

    async def refetch(self, pos: int) -> None:
        """Everybody fetches their panes anew."""
        for connection in self.ready:
            await connection.send(wire.refetch(pos))

    def _forget(self, connection: Connection) -> None:
        """Out of every further paint."""
        if connection in self._connections:
            self._connections.discard(connection)
            self._ear.drop(connection.topics)
