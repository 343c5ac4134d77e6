"""A load client: many WebSockets in one process on bare sockets and epoll, cheap enough not to be the bottleneck."""

import base64
import contextlib
import os
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

READ_BYTES = 262_144
OUTSTANDING = 200
"""Handshakes under way at a time."""
ACK_SECONDS = 1.0
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect and the first message. `cookie` and `hello` may be empty."""

    port: int
    path: str = "/live/"
    cookie: str = ""
    hello: str = ""

    def request(self) -> bytes:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Origin: http://127.0.0.1:{self.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def masked(opcode: int, payload: bytes) -> bytes:
    """A frame as a browser sends it; the mask is zero, so the payload stays as it is."""
    size = len(payload)
    head = bytes((0x80 | opcode, 0x80 | size)) if size < 126 else bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2)
    return head + b"\0\0\0\0" + payload


class ClientSocket:
    """One socket. `pos`: newest position received, to be acknowledged; None if the server wants none."""

    __slots__ = ("acked", "address", "closed", "code", "first_text", "number", "open", "pos", "rest", "socket")

    def __init__(self, number: int, address: Address, receive_buffer: int | None):
        self.number, self.address = number, address
        self.rest = b""
        self.pos: int | None = None
        self.acked = -1
        self.open = self.closed = self.first_text = False
        self.code: int | None = None
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.setblocking(False)
        self.socket.connect_ex(("127.0.0.1", address.port))

    def send(self, data: bytes) -> None:
        with contextlib.suppress(BlockingIOError, OSError):
            self.socket.send(data)


class SocketPool:
    """All sockets of a run. `on_text(connection, payload, at)` gets every text; `at`: wall clock, in seconds."""

    def __init__(self, on_text: Callable[[ClientSocket, bytes, float], None]):
        self.connections: list[ClientSocket] = []
        self._on_text = on_text
        self._selector = (
            selectors.EpollSelector() if hasattr(selectors, "EpollSelector") else selectors.SelectSelector()
        )
        self._acks_at = 0.0

    # --- Opening ---

    def open(self, addresses: list[Address], within: float, *, receive_buffer: int | None = None) -> list[ClientSocket]:
        """Connect all, a few hundred at a time, until each is open and answered. TimeoutError says how many are."""
        opened: list[ClientSocket] = []
        limit = time.monotonic() + within
        while len(opened) < len(addresses) or not all(self._settled(connection) for connection in opened):
            under_way = sum(not self._settled(connection) for connection in opened)
            next_ones = addresses[len(opened) : len(opened) + OUTSTANDING - under_way]
            opened.extend(self._call(address, receive_buffer) for address in next_ones)
            self.poll(0.05)
            if time.monotonic() > limit:
                ready = sum(self._settled(connection) and not connection.closed for connection in opened)
                raise TimeoutError(f"{ready} of {len(addresses)} sockets were open after {within} s")
        return opened

    def _settled(self, connection: ClientSocket) -> bool:
        return connection.closed or (connection.open and (connection.first_text or not connection.address.hello))

    def _call(self, address: Address, receive_buffer: int | None) -> ClientSocket:
        connection = ClientSocket(len(self.connections), address, receive_buffer)
        self.connections.append(connection)
        self._selector.register(connection.socket, selectors.EVENT_WRITE, connection)
        return connection

    # --- Running ---

    def poll(self, seconds: float) -> None:
        """Handle pending events; waits for the first at most this long."""
        for key, events in self._selector.select(seconds):
            if events & selectors.EVENT_WRITE:
                self._connected(key.data)
            else:
                self._readable(key.data)
        if time.monotonic() - self._acks_at > ACK_SECONDS:
            self._acks_at = time.monotonic()
            self._acknowledge()

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Poll for this time, or until the condition holds; returns whether it does."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if until():
                return True
            self.poll(0.02)
        return until()

    def stop_reading(self, connections: list[ClientSocket]) -> None:
        """Leave these open but never read from them again."""
        for connection in connections:
            self._selector.unregister(connection.socket)

    def alive(self) -> int:
        return sum(connection.open and not connection.closed for connection in self.connections)

    def close(self) -> None:
        for connection in self.connections:
            connection.socket.close()
        self._selector.close()

    def _acknowledge(self) -> None:
        for connection in self.connections:
            if connection.pos is not None and connection.pos > connection.acked and not connection.closed:
                connection.acked = connection.pos
                connection.send(masked(TEXT, b'{"ack":%d}' % connection.pos))

    def _connected(self, connection: ClientSocket) -> None:
        self._selector.modify(connection.socket, selectors.EVENT_READ, connection)
        connection.send(connection.address.request())

    def _readable(self, connection: ClientSocket) -> None:
        try:
            data = connection.socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._mark_closed(connection)
            return
        connection.rest = self._frames(connection, connection.rest + data if connection.rest else data)

    def _mark_closed(self, connection: ClientSocket) -> None:
        connection.closed = True
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(connection.socket)

    def _frames(self, connection: ClientSocket, data: bytes) -> bytes:
        """Handle whole frames; returns the incomplete rest."""
        at = 0
        if not connection.open:
            at = self._opened(connection, data)
            if at == 0:
                return data
        now, size = time.time(), len(data)
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length >= 126:
                wide = 2 if length == 126 else 8
                length, start = int.from_bytes(data[start : start + wide]), start + wide
            if size < start + length:
                break
            self._frame(connection, data[at] & 0x0F, data[start : start + length], now)
            at = start + length
        return data[at:]

    def _opened(self, connection: ClientSocket, data: bytes) -> int:
        end = data.find(b"\r\n\r\n") + 4
        if end < 4:
            return 0
        if not data.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(f"the handshake was refused: {data[:100]!r}")
        connection.open = True
        if connection.address.hello:
            connection.send(masked(TEXT, connection.address.hello.encode()))
        return end

    def _frame(self, connection: ClientSocket, opcode: int, payload: bytes, now: float) -> None:
        if opcode == TEXT:
            connection.first_text = True
            self._on_text(connection, payload, now)
        elif opcode == PING:
            connection.send(masked(PONG, payload))
        elif opcode == CLOSE:
            connection.code = int.from_bytes(payload[:2]) if payload else 1005
            self._mark_closed(connection)
