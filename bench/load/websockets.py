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
    """Whom to call and what to say first. `cookie` and `hello` may be empty."""

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


class Connection:
    """One socket. `pos`: newest position heard, to be acknowledged; None for servers that want no acknowledgement."""

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
    """All sockets of a run. `heard(line, payload, at)` gets every text, with the wall clock's seconds."""

    def __init__(self, heard: Callable[[Connection, bytes, float], None]):
        self.lines: list[Connection] = []
        self._heard = heard
        self._selector = (
            selectors.EpollSelector() if hasattr(selectors, "EpollSelector") else selectors.SelectSelector()
        )
        self._acks_at = 0.0

    # --- Opening ---

    def open(self, addresses: list[Address], within: float, *, receive_buffer: int | None = None) -> list[Connection]:
        """Connect all, a few hundred at a time, until each has what it waits for. TimeoutError names how many have."""
        made: list[Connection] = []
        limit = time.monotonic() + within
        while len(made) < len(addresses) or not all(self._settled(line) for line in made):
            under_way = sum(not self._settled(line) for line in made)
            next_ones = addresses[len(made) : len(made) + OUTSTANDING - under_way]
            made.extend(self._call(address, receive_buffer) for address in next_ones)
            self.turn(0.05)
            if time.monotonic() > limit:
                ready = sum(self._settled(line) and not line.closed for line in made)
                raise TimeoutError(f"{ready} of {len(addresses)} sockets were open after {within} s")
        return made

    def _settled(self, line: Connection) -> bool:
        return line.closed or (line.open and (line.first_text or not line.address.hello))

    def _call(self, address: Address, receive_buffer: int | None) -> Connection:
        line = Connection(len(self.lines), address, receive_buffer)
        self.lines.append(line)
        self._selector.register(line.socket, selectors.EVENT_WRITE, line)
        return line

    # --- Running ---

    def turn(self, seconds: float) -> None:
        """Handle what is there, waiting at most so long for it."""
        for key, events in self._selector.select(seconds):
            if events & selectors.EVENT_WRITE:
                self._connected(key.data)
            else:
                self._readable(key.data)
        if time.monotonic() - self._acks_at > ACK_SECONDS:
            self._acks_at = time.monotonic()
            self._acknowledge()

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Turn for so long, or until it is true; returns whether it was."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if until():
                return True
            self.turn(0.02)
        return until()

    def deaf(self, lines: list[Connection]) -> None:
        """These never read again; their sockets stay open."""
        for line in lines:
            self._selector.unregister(line.socket)

    def alive(self) -> int:
        return sum(line.open and not line.closed for line in self.lines)

    def close(self) -> None:
        for line in self.lines:
            line.socket.close()
        self._selector.close()

    def _acknowledge(self) -> None:
        for line in self.lines:
            if line.pos is not None and line.pos > line.acked and not line.closed:
                line.acked = line.pos
                line.send(masked(TEXT, b'{"ack":%d}' % line.pos))

    def _connected(self, line: Connection) -> None:
        self._selector.modify(line.socket, selectors.EVENT_READ, line)
        line.send(line.address.request())

    def _readable(self, line: Connection) -> None:
        try:
            data = line.socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._ended(line)
            return
        line.rest = self._frames(line, line.rest + data if line.rest else data)

    def _ended(self, line: Connection) -> None:
        line.closed = True
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(line.socket)

    def _frames(self, line: Connection, data: bytes) -> bytes:
        """Hand out whole frames; returns what is left."""
        at = 0
        if not line.open:
            at = self._opened(line, data)
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
            self._frame(line, data[at] & 0x0F, data[start : start + length], now)
            at = start + length
        return data[at:]

    def _opened(self, line: Connection, data: bytes) -> int:
        end = data.find(b"\r\n\r\n") + 4
        if end < 4:
            return 0
        if not data.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(f"the handshake was refused: {data[:100]!r}")
        line.open = True
        if line.address.hello:
            line.send(masked(TEXT, line.address.hello.encode()))
        return end

    def _frame(self, line: Connection, opcode: int, payload: bytes, now: float) -> None:
        if opcode == TEXT:
            line.first_text = True
            self._heard(line, payload, now)
        elif opcode == PING:
            line.send(masked(PONG, payload))
        elif opcode == CLOSE:
            line.code = int.from_bytes(payload[:2]) if payload else 1005
            self._ended(line)
