"""Reference A: one hub on bare asyncio. No framework, no rights, no database; each text is framed once.

Run as `python -m bench.yardsticks.raw_asyncio PORT REDIS_URL`. Frozen: it is a yardstick.
"""

import asyncio
import base64
import hashlib
import sys

import redis.asyncio

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
open_lines: set[asyncio.Transport] = set()


class Line(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.head = transport, b""

    def data_received(self, data):
        if self.transport in open_lines:
            return
        self.head += data
        if b"\r\n\r\n" not in self.head:
            return
        key = next(line[19:] for line in self.head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:"))
        accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest())
        answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self.transport.write(answer + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        open_lines.add(self.transport)

    def connection_lost(self, reason):
        open_lines.discard(self.transport)


def framed(text: bytes) -> bytes:
    size = len(text)
    if size < 126:
        return bytes((0x81, size)) + text
    return (b"\x81\x7e" + size.to_bytes(2) if size < 65536 else b"\x81\x7f" + size.to_bytes(8)) + text


async def main(port: int, address: str) -> None:
    await asyncio.get_running_loop().create_server(Line, "127.0.0.1", port, backlog=4096)
    hints = redis.asyncio.from_url(address, socket_timeout=None).pubsub()
    await hints.subscribe("bench.raw")
    async for message in hints.listen():
        if message["type"] == "message":
            frame = framed(message["data"])
            for transport in open_lines:
                transport.write(frame)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
