"""Reads committed events in their final order; none is skipped, none is delivered twice."""

import asyncio
import logging
import sqlite3
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from support_management.core import heartbeats
from support_management.events import positions
from support_management.events.models import DomainEvent
from support_management.events.positions import PositionedEvent

log = logging.getLogger(__name__)
KEPT = 2000
"""Events kept in memory, so that a reconnecting browser costs no query."""
POLL_EMBEDDED, POLL, POLL_WHILE_HINTED = 0.05, 0.25, 1.0
HINTED_SECONDS = 5.0
HEARTBEAT_SECONDS = 5.0
RETRY_SECONDS = 0.5


class Tail:
    """`run(function, *args)` calls the function on the live path's own database thread."""

    def __init__(self, run: Callable[..., Awaitable]) -> None:
        self._run = run
        self._hinted = asyncio.Event()
        self._hinted_at = float("-inf")
        self._beat_at = float("-inf")
        self._embedded = connection.vendor == "sqlite"
        self._fast_head = EmbeddedHead() if self._embedded else None
        self._kept: deque[PositionedEvent] = deque(maxlen=KEPT)
        self.epoch = ""
        self.pos = 0
        self.floor = 0
        """Everything after this position is in memory."""

    def ring(self) -> None:
        """Handle a hint: read now."""
        self._hinted_at = time.monotonic()
        self._hinted.set()

    async def start(self) -> None:
        """Go to the head, with the latest events in memory."""
        self.epoch, self.pos, latest = await self._run(_latest)
        self._kept.clear()
        self._kept.extend(latest)
        self.floor = latest[0].pos - 1 if latest else self.pos

    async def start_if_epoch_changed(self) -> bool:
        """Go to the head of a restored database, which has another epoch and other positions. True when it was one."""
        epoch, head = await self._run(lambda: (positions.epoch(), positions.head()))
        if epoch == self.epoch and head >= self.pos - KEPT:
            return False
        await self.start()
        return True

    def since(self, pos: int) -> list[PositionedEvent] | None:
        """Events after `pos`; None when some of them are no longer in memory."""
        if pos < self.floor:
            return None
        return [placed for placed in self._kept if placed.pos > pos]

    async def batches(self) -> AsyncIterator[list[PositionedEvent]]:
        """Batches of new events, for ever. Reading is retried while the database is unavailable."""
        while True:
            try:
                await self._wait()
                while events := await self._run(_read, self.pos):
                    self._keep(events)
                    yield events
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
            if self._fast_head is None or self._fast_head.head() != self.pos or self._beat_is_due():
                return

    async def _hint_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._hinted.wait()
        except TimeoutError:
            return False
        self._hinted.clear()
        return True

    def _beat_is_due(self) -> bool:
        return time.monotonic() - self._beat_at >= HEARTBEAT_SECONDS

    async def _beat(self) -> None:
        if self._beat_is_due():
            self._beat_at = time.monotonic()
            await self._run(heartbeats.beat, part())


def part() -> str:
    """The name of this process's tail in heartbeats; web processes differ by their port."""
    return f"tail:{settings.PORT}"


def _read(pos: int) -> list[PositionedEvent]:
    positions.place()
    return positions.since(pos)


def _latest() -> tuple[str, int, list[PositionedEvent]]:
    positions.place()
    head = positions.head()
    return positions.epoch(), head, positions.since(max(0, head - KEPT), limit=KEPT)


class EmbeddedHead:
    """Reads the newest position directly from the SQLite file, in microseconds, so that it can be polled often."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        table = connection.ops.quote_name(DomainEvent._meta.db_table)
        self._query = f"SELECT MAX(pos) FROM {table}"  # noqa: S608

    def head(self) -> int:
        """The newest position; -1 when it cannot be read: the regular query then reports the error."""
        try:
            if self._connection is None:
                address = f"file:{quote(str(connection.settings_dict['NAME']))}?mode=ro"
                self._connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=0)
            return self._connection.execute(self._query).fetchone()[0] or 0
        except sqlite3.Error:
            self._connection = None
            return -1
