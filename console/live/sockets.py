"""The sockets of this process: opened, closed, and checked for permissions."""

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator

from console.live import session_viewers, wire
from console.live.connection import Connection
from console.live.database_thread import DatabaseThread
from console.live.subscriptions import GroupSubscriptions

MOST_PER_PERSON = 30
"""Open pages of one person in one web process that are followed live."""


class SocketRegistry:
    """All connections; the only place where they are added, removed and checked."""

    def __init__(self, *, thread: DatabaseThread, subscriptions: GroupSubscriptions) -> None:
        self._thread, self._subscriptions = thread, subscriptions
        self._connections: set[Connection] = set()

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._connections))

    @property
    def ready(self) -> list[Connection]:
        """Connections whose hello has been answered."""
        return [connection for connection in self._connections if connection.ready]

    async def enter(self, key: str, *, send: Callable[..., Awaitable], close: Callable[..., Awaitable]) -> Connection:
        """A connection for the session. Raises wire.Refused: 4401 unless it belongs to signed-in support staff,
        4429 when the person has too many.
        """
        viewer = (await self._thread.run(session_viewers.viewers, [key])).get(key)
        if viewer is None:
            raise wire.Refused(wire.SIGNED_OUT)
        if sum(connection.viewer.id == viewer.id for connection in self._connections) >= MOST_PER_PERSON:
            raise wire.Refused(wire.TOO_MANY)
        connection = Connection(key=key, viewer=viewer, send=send, close=close)
        self._connections.add(connection)
        self._subscriptions.want(connection.topics)
        return connection

    def leave(self, connection: Connection) -> None:
        """Remove the connection of a closed socket. Never waits."""
        connection.closed = True
        self._forget(connection)

    async def check(self, connections: Iterable[Connection], *, pos: int) -> None:
        """Close sockets of people who are signed out or have another role; after other changes the page is fetched."""
        connections = list(connections)
        if not connections:
            return
        viewers = await self._thread.run(session_viewers.viewers, {connection.key for connection in connections})
        for connection in connections:
            viewer = viewers.get(connection.key)
            connection.checked_at = time.monotonic()
            if viewer is None or viewer.role != connection.viewer.role:
                self._forget(connection)
                await connection.end(wire.SIGNED_OUT)
            elif viewer != connection.viewer:
                connection.viewer = viewer
                await connection.send(wire.refetch(pos))

    async def tell(self, text: str) -> None:
        """Send a message to every page."""
        for connection in self.ready:
            await connection.send(text)

    def _forget(self, connection: Connection) -> None:
        """Leave the connection out of further paints."""
        if connection in self._connections:
            self._connections.discard(connection)
            self._subscriptions.drop(connection.topics)
