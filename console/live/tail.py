"""Reads committed events in their final order; none is skipped, none is delivered twice."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

from django.conf import settings
from django.db import connection

from console.live.embedded_head import EmbeddedHead
from support_management.core import heartbeats
from support_management.core.outside_mark import Mark, outside_mark
from support_management.events import history, positions
from support_management.events.event import HistoryBegan
from support_management.events.positions import PositionedEvent

log = logging.getLogger(__name__)
KEPT = 2000
"""Events kept in memory, so that a reconnecting browser costs no query."""
POLL_EMBEDDED, POLL, POLL_WHILE_HINTED = 0.05, 0.25, 1.0
HINTED_SECONDS = 5.0
LOOK_SECONDS = 1.0
"""An embedded database is looked at this often, even if its head is where it was."""
HEARTBEAT_SECONDS = 5.0
RETRY_SECONDS = 0.5
BELIEVED_SECONDS = 900
"""After a start, a page is believed, once, that the database has lost what the page shows."""
FARTHEST = 1_000_000_000


class Tail:
    """`run(function, *args)` calls the function on the live path's own database thread."""

    def __init__(self, run: Callable[..., Awaitable]) -> None:
        self._run = run
        self._hinted = asyncio.Event()
        self._hinted_at = self._looked_at = self._beat_at = float("-inf")
        self._embedded = connection.vendor == "sqlite"
        self._fast_head = EmbeddedHead() if self._embedded else None
        self._kept: deque[PositionedEvent] = deque(maxlen=KEPT)
        self._doubted = 0
        self._believes_until = time.monotonic() + BELIEVED_SECONDS
        self._started = asyncio.Event()
        self.starts = 0
        """How often it went to the head: what happened in between is in no batch."""
        self.epoch = ""
        self.pos = 0
        self.floor = 0
        """Everything after this position is in memory."""

    @property
    def place(self) -> Mark:
        """Where this tail stands."""
        return Mark(self.epoch, self.pos, self._kept[-1].mark if self._kept else "")

    def ring(self) -> None:
        """Handle a hint: read now."""
        self._hinted_at = time.monotonic()
        self._hinted.set()

    async def start(self) -> bool:
        """Go to the head, with the latest events in memory. True when the history is another than before.

        A process that has just started compares the database with the mark outside it, later with its own place.
        """
        before = self.epoch
        seen = self.place if before else await asyncio.to_thread(_outside)
        if self._doubted:
            seen = Mark(self.epoch, self._doubted)
        self.epoch, latest = await self._insist(_latest, seen, not self._doubted)
        self.starts += 1
        self._kept.clear()
        self._kept.extend(latest)
        self.pos = latest[-1].pos if latest else 0
        self.floor = latest[0].pos - 1 if latest else self.pos
        self._doubted, self._beat_at = 0, float("-inf")
        if seen.epoch not in ("", self.epoch):
            self._believes_until = 0.0  # nobody has seen anything of the new history yet
        self._started.set()
        return bool(before) and before != self.epoch

    async def _insist(self, function: Callable, *args):
        """The result of the function, which is tried until the database is available."""
        while True:
            try:
                return await self._run(function, *args)
            except Exception as error:
                log.warning("the tail cannot start: %s", error)
                await asyncio.sleep(RETRY_SECONDS)

    async def reached(self) -> int:
        """The newest position, read once more: another process may be ahead of this one."""
        return max(self.pos, await self._run(_head))

    async def doubt(self, pos: int) -> None:
        """A page has seen `pos`, which does not exist: a new history begins, unless another page was believed before.

        Anybody may say so who has an open page; hence once after a start, when pages come back to a restored database.
        """
        if time.monotonic() > self._believes_until:
            return
        self._doubted, self._believes_until = min(pos, self.pos + FARTHEST), 0.0
        self._started.clear()
        self._hinted.set()
        await self._started.wait()

    def since(self, pos: int) -> list[PositionedEvent] | None:
        """Events after `pos`; None when some of them are no longer in memory."""
        if pos < self.floor:
            return None
        return [placed for placed in self._kept if placed.pos > pos]

    async def batches(self) -> AsyncIterator[list[PositionedEvent]]:
        """Batches of new events, until the history ends. Reading is retried while the database is unavailable."""
        while True:
            try:
                await self._wait()
                while (events := await self._run(_read, self.place)) and not self._doubted:
                    self._keep(events)
                    yield events
                if events is None or self._doubted:
                    return
                self._looked_at = time.monotonic()
                await self._beat()
            except Exception as error:
                log.warning("the tail cannot read: %s", error)
                await asyncio.sleep(RETRY_SECONDS)

    def _keep(self, events: list[PositionedEvent]) -> None:
        for placed in events:
            if len(self._kept) == KEPT:
                self.floor = self._kept[0].pos
            self._kept.append(placed)
        self.pos = events[-1].pos

    async def _wait(self) -> None:
        hinted = time.monotonic() - self._hinted_at < HINTED_SECONDS
        pause = POLL_EMBEDDED if self._embedded else POLL_WHILE_HINTED if hinted else POLL
        while not await self._hint_within(pause):
            if self._fast_head is None or self._fast_head.head() != self.pos or self._look_is_due():
                return

    async def _hint_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._hinted.wait()
        except TimeoutError:
            return False
        self._hinted.clear()
        return True

    def _look_is_due(self) -> bool:
        return time.monotonic() - self._looked_at >= LOOK_SECONDS

    async def _beat(self) -> None:
        if time.monotonic() - self._beat_at >= HEARTBEAT_SECONDS:
            self._beat_at = time.monotonic()
            place = self.place
            await self._run(lambda: heartbeats.beat(part(), epoch=place.epoch, pos=place.pos))


def part() -> str:
    """The name of this process's tail in heartbeats; web processes differ by their port."""
    return f"tail:{settings.PORT}"


def _outside() -> Mark:
    return outside_mark.read() or Mark()


def _head() -> int:
    positions.place()
    return positions.head()


def _read(place: Mark) -> list[PositionedEvent] | None:
    """Events after this place; None when the history has ended: it lacks the place, or another has begun since."""
    positions.place()
    if not place.event:  # nothing has happened yet: only the epoch tells this database from another
        return positions.since(place.pos) if positions.epoch() == place.epoch else None
    rows = positions.since(place.pos - 1)
    here, events = rows[:1], rows[1:]
    ended = [placed.mark for placed in here] != [place.event]
    return None if ended or any(isinstance(placed.event, HistoryBegan) for placed in events) else events


def _latest(seen: Mark, certain: bool) -> tuple[str, list[PositionedEvent]]:
    history.settle(seen, certain=certain)
    positions.place()
    return positions.epoch(), positions.since(max(0, positions.head() - KEPT), limit=KEPT)
