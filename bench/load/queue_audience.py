"""Sockets with the queue board open, and when each of them received which change."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.load.queue_sockets import open_sockets
from bench.load.websockets import ClientSocket, SocketPool


@dataclass(slots=True)
class FrameSummary:
    """What a frame of the stream brings: the newest positions of its rows and of its lane heads."""

    pos: int | None = None
    rows: int = 0
    heads: int = 0
    refetch: bool = False


@dataclass(slots=True)
class Delays:
    """Seconds since the change. `last`: for each change, until the last socket had it; `each`: for each delivery."""

    last: list[float] = field(default_factory=list)
    each: list[float] = field(default_factory=list)
    missing: int = 0


class QueueAudience:
    """A number of signed-in sockets on the queue board."""

    def __init__(self, port: int, fixtures: dict, count: int):
        self.pool = SocketPool(self._on_text)
        self._parsed: dict[bytes, FrameSummary] = {}
        self.bytes = 0
        self.refetches = 0
        self._rows: dict[int, list[tuple[int, float]]] = defaultdict(list)
        self._heads: dict[int, list[tuple[int, float]]] = defaultdict(list)
        open_sockets(self.pool, port, fixtures, count)

    def while_listening[T](self, function: Callable[..., T], *args, seconds: float = 120) -> T:
        """Run the function in a thread while the sockets are read: unread frames would seem late."""
        with ThreadPoolExecutor(1) as beside:
            under_way = beside.submit(function, *args)
            self.pool.run(seconds, under_way.done)
            return under_way.result()

    def forget(self) -> None:
        self.bytes = self.refetches = 0
        self._rows.clear()
        self._heads.clear()

    def _on_text(self, connection: ClientSocket, payload: bytes, at: float) -> None:
        text = self._parsed.get(payload) or self._parse(payload)
        self.bytes += len(payload)
        if text.pos is not None:
            connection.pos = text.pos
        self.refetches += text.refetch
        for shown, seen in ((text.rows, self._rows), (text.heads, self._heads)):
            if shown:
                seen[connection.number].append((shown, at))

    def _parse(self, payload: bytes) -> FrameSummary:
        if len(self._parsed) > 4000:
            self._parsed.clear()
        frame, text = json.loads(payload), FrameSummary()
        text.pos, text.refetch = frame.get("pos"), "refetch" in frame
        for part in frame.get("parts", ()):
            if "-ticket-" in part["id"]:
                text.rows = max(text.rows, part["pos"])
            elif part["id"].endswith("-head"):
                text.heads = max(text.heads, part["pos"])
        self._parsed[payload] = text
        return text

    # --- Results ---

    def shown(self, pos: int) -> bool:
        """Whether every open socket has rows up to this position."""
        open_numbers = [
            connection.number for connection in self.pool.connections if connection.open and not connection.closed
        ]
        return all(self._rows[number] and self._rows[number][-1][0] >= pos for number in open_numbers)

    def rows(self, changes: list[tuple[int, float, int]]) -> Delays:
        """Delays of changes (position, time, ticket) until the changed row was on a socket."""
        return self._delays(self._rows, changes)

    def figures(self, changes: list[tuple[int, float, int]]) -> Delays:
        """The same for the figures in the heads of the lanes, which are painted less often."""
        return self._delays(self._heads, changes)

    def _delays(self, seen: dict[int, list[tuple[int, float]]], changes) -> Delays:
        delays = Delays()
        for pos, changed_at, _ in changes:
            late = [self._first(seen[connection.number], pos) for connection in self.pool.connections]
            came = [at - changed_at for at in late if at is not None]
            delays.each += came
            delays.missing += len(late) - len(came)
            if came:
                delays.last.append(max(came))
        return delays

    @staticmethod
    def _first(seen: list[tuple[int, float]], pos: int) -> float | None:
        place = bisect_left(seen, (pos, 0.0))
        return seen[place][1] if place < len(seen) else None
