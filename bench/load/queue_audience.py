"""Sockets that look at the queue board, and when each of them was shown which change."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.load.queue_sockets import open_sockets
from bench.load.websockets import Connection, SocketPool


@dataclass(slots=True)
class FrameSummary:
    """What a text of the stream brings: up to which position rows and figures are shown by it."""

    pos: int | None = None
    rows: int = 0
    heads: int = 0
    refetch: bool = False


@dataclass(slots=True)
class Delays:
    """Seconds from the change. `last`: per change, until the last socket had it; `each`: per delivery."""

    last: list[float] = field(default_factory=list)
    each: list[float] = field(default_factory=list)
    missing: int = 0


class QueueAudience:
    """So many signed-in sockets on a desk's queue board."""

    def __init__(self, port: int, fixtures: dict, count: int):
        self.pool = SocketPool(self._heard)
        self._known: dict[bytes, FrameSummary] = {}
        self.bytes = 0
        self.refetches = 0
        self._rows: dict[int, list[tuple[int, float]]] = defaultdict(list)
        self._heads: dict[int, list[tuple[int, float]]] = defaultdict(list)
        open_sockets(self.pool, port, fixtures, count)

    def while_listening[T](self, function: Callable[..., T], *args, seconds: float = 120) -> T:
        """Call it beside the sockets: what nobody reads would seem to come late."""
        with ThreadPoolExecutor(1) as beside:
            under_way = beside.submit(function, *args)
            self.pool.run(seconds, under_way.done)
            return under_way.result()

    def forget(self) -> None:
        self.bytes = self.refetches = 0
        self._rows.clear()
        self._heads.clear()

    def _heard(self, line: Connection, payload: bytes, at: float) -> None:
        text = self._known.get(payload) or self._learn(payload)
        self.bytes += len(payload)
        if text.pos is not None:
            line.pos = text.pos
        self.refetches += text.refetch
        for shown, seen in ((text.rows, self._rows), (text.heads, self._heads)):
            if shown:
                seen[line.number].append((shown, at))

    def _learn(self, payload: bytes) -> FrameSummary:
        if len(self._known) > 4000:
            self._known.clear()
        fixtures, text = json.loads(payload), FrameSummary()
        text.pos, text.refetch = fixtures.get("pos"), "refetch" in fixtures
        for part in fixtures.get("parts", ()):
            if "-ticket-" in part["id"]:
                text.rows = max(text.rows, part["pos"])
            elif part["id"].endswith("-head"):
                text.heads = max(text.heads, part["pos"])
        self._known[payload] = text
        return text

    # --- What came of it ---

    def shown(self, pos: int) -> bool:
        """Whether every open socket shows everything up to this position."""
        open_ = [line.number for line in self.pool.lines if line.open and not line.closed]
        return all(self._rows[number] and self._rows[number][-1][0] >= pos for number in open_)

    def rows(self, changes: list[tuple[int, float, int]]) -> Delays:
        """Changes as bench.scripts.priority_changes tells them, until the changed row was on a socket."""
        return self._delays(self._rows, changes)

    def figures(self, changes: list[tuple[int, float, int]]) -> Delays:
        """The same for the figures in the heads of the lanes, which are painted less often."""
        return self._delays(self._heads, changes)

    def _delays(self, seen: dict[int, list[tuple[int, float]]], changes) -> Delays:
        found = Delays()
        for pos, changed_at, _ in changes:
            late = [self._first(seen[line.number], pos) for line in self.pool.lines]
            came = [at - changed_at for at in late if at is not None]
            found.each += came
            found.missing += len(late) - len(came)
            if came:
                found.last.append(max(came))
        return found

    @staticmethod
    def _first(seen: list[tuple[int, float]], pos: int) -> float | None:
        place = bisect_left(seen, (pos, 0.0))
        return seen[place][1] if place < len(seen) else None
