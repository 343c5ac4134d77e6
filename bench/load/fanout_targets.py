"""The three servers that deliver the same texts: reference A, the naive consumers, and the product."""

import re
import time

import redis
from channels_redis.pubsub import RedisPubSubChannelLayer

from bench.harness.cpu import CpuMeter, rss
from bench.harness.servers import WebProcess
from bench.load.queue_sockets import CONNECT_SECONDS, addresses
from bench.load.websockets import Address, ClientSocket, SocketPool

MARK = re.compile(rb"~(\d+) (\d+\.\d+)~")
POS = re.compile(rb'\{(?:"n":\d+,)?"pos":(\d+)')
FRAME_BYTES = 600
FIRST_POS = 10_000_000
"""Above every real position, so that an acknowledgement of these texts is never one of real changes."""
SETTLE_SECONDS = 0.5
DRAIN_SECONDS, QUIET_SECONDS = 12.0, 1.5


class FanoutTarget:
    """A server with its sockets. `texts[seq]`: how many sockets have it; `delays`: seconds of each delivery."""

    name = ""
    greets = False
    """Whether its sockets send a hello and acknowledge what they get."""

    def __init__(self, web: WebProcess, redis_client: redis.Redis):
        self.web, self._redis = web, redis_client
        self.pool = SocketPool(self._on_text)
        self.seq = 0
        self.texts: dict[int, int] = {}
        self.delays: list[float] = []
        self.last_bytes: list[float] = []
        self._parsed: dict[bytes, tuple[int, float, int | None]] = {}
        self._last_text_at = 0.0
        self.idle_rss = rss(web.pid)

    # --- Sockets ---

    def connect(self, addresses: list[Address]) -> float:
        """Open the sockets; returns the CPU seconds of the server."""
        meter = CpuMeter([self.web.pid])
        self.connections = self.pool.open(addresses, CONNECT_SECONDS)
        self.pool.run(SETTLE_SECONDS)
        return meter.stop().server_seconds

    def addresses(self, count: int, fixtures: dict) -> list[Address]:
        return [Address(self.web.port)] * count

    def rss_per_socket(self) -> float:
        return (rss(self.web.pid) - self.idle_rss) / len(self.connections)

    # --- Texts ---

    def publish_at_rate(self, rate: int, seconds: float, size: int = FRAME_BYTES) -> list[float]:
        """Publish `rate` texts a second; the delay of each delivery in seconds. Waits a limited time for the last."""
        self.forget()
        for _ in range(max(3, int(rate * seconds))):
            self.publish(size)
            self.pool.run(1 / rate)
        self.drain()
        return list(self.delays)

    def publish(self, size: int) -> None:
        self.seq += 1
        self.texts[self.seq] = 0
        html = f"<p id=bench>~{self.seq} {time.time():.6f}~{'x' * (size - 120)}</p>"
        self._redis.publish(*self.message(FIRST_POS + self.seq, html))

    def message(self, pos: int, html: str) -> tuple[str, bytes]:
        raise NotImplementedError

    def framed_text(self, pos: int, html: str) -> str:
        """The text as the product would frame it."""
        part = f'{{"id":"bench","swap":"outerMorph","pos":{pos},"html":"{html}"}}'
        return f'{{"pos":{pos},"now":{time.time():.6f},"parts":[{part}]}}'

    def complete(self, seq: int) -> bool:
        return self.texts.get(seq, 0) >= len(self.connections)

    def missing(self) -> int:
        """Deliveries of the texts so far that have not come."""
        return sum(len(self.connections) - count for count in self.texts.values())

    def drain(self) -> None:
        """Wait for the last text, for a limited time, or until nothing has come for QUIET_SECONDS."""
        last, self._last_text_at = self.seq, time.time()
        self.pool.run(DRAIN_SECONDS, lambda: self.complete(last) or time.time() - self._last_text_at > QUIET_SECONDS)

    def forget(self) -> None:
        """Start a new measurement: texts under way are not counted."""
        self.texts.clear()
        self.delays.clear()
        self.last_bytes.clear()

    def _on_text(self, connection: ClientSocket, payload: bytes, at: float) -> None:
        seq, sent, pos = self._parsed.get(payload) or self._parse(payload)
        self._last_text_at = at
        if pos is not None and self.greets:
            connection.pos = pos
        if seq not in self.texts:
            return
        self.texts[seq] += 1
        self.delays.append(at - sent)
        if self.texts[seq] == len(self.connections):
            self.last_bytes.append(at - sent)

    def _parse(self, payload: bytes) -> tuple[int, float, int | None]:
        if len(self._parsed) > 64:
            self._parsed.clear()
        mark, pos = MARK.search(payload), POS.match(payload)
        parsed = (int(mark[1]) if mark else 0, float(mark[2]) if mark else 0.0, int(pos[1]) if pos else None)
        self._parsed[payload] = parsed
        return parsed


class RawAsyncioTarget(FanoutTarget):
    name = "A"

    def message(self, pos, html):
        return "bench.raw", self.framed_text(pos, html).encode()


class NaiveTarget(FanoutTarget):
    name = "naive"
    _layer = RedisPubSubChannelLayer(hosts=[])

    def message(self, pos, html):
        text = {"type": "bench.text", "text": self.framed_text(pos, html)}
        return "naive__group__all", self._layer.serialize(text)


class ProductTarget(FanoutTarget):
    name = "ours"
    greets = True

    def addresses(self, count, fixtures):
        return addresses(self.web.port, fixtures, fixtures["sessions"][:count])

    def message(self, pos, html):
        return "bench.ours", f"{pos} {html}".encode()
