"""Hellos that wait for their answer: of each socket the newest, and in a pace that leaves time for others' frames."""

from dataclasses import replace

from console.live import wire
from console.live.connection import Connection


class WaitingHellos:
    """Used on the server's event loop only."""

    def __init__(self) -> None:
        self._newest: dict[Connection, wire.Hello] = {}

    def add(self, connection: Connection, hello: wire.Hello) -> None:
        """A page says where it stands: an earlier hello of the page that still waits is of no use any more."""
        waiting = self._newest.pop(connection, None)
        if waiting and not waiting.by_page and waiting.epoch == hello.epoch:
            hello = replace(hello, resume=min(hello.resume, waiting.resume))
        self._newest[connection] = hello

    def add_unless_waiting(self, connection: Connection, hello: wire.Hello) -> None:
        """What the hub finds out itself: a hello of the page that waits knows better."""
        self._newest.setdefault(connection, hello)

    def due_in(self, moment: float) -> float | None:
        """Seconds until the first may be answered; None without any."""
        return min((connection.pace.due_in(moment) for connection in self._open()), default=None)

    def take(self, moment: float) -> list[tuple[Connection, wire.Hello]]:
        """Those to answer now, oldest first: one of each person, so that one with many sockets delays nobody."""
        chosen: dict[int, Connection] = {}
        for connection in self._open():
            if not connection.pace.due_in(moment):
                chosen.setdefault(connection.viewer.id, connection)
        for connection in chosen.values():
            connection.pace.take(moment)
        return [(connection, self._newest.pop(connection)) for connection in chosen.values()]

    def put_back(self, hellos: list[tuple[Connection, wire.Hello]]) -> None:
        """The answer failed: again, unless the page has said more since."""
        for connection, hello in hellos:
            self.add_unless_waiting(connection, hello)

    def _open(self) -> list[Connection]:
        for connection in [connection for connection in self._newest if connection.closed]:
            del self._newest[connection]
        return list(self._newest)
