"""Reads committed events in their final order; nothing is skipped, nothing comes twice."""

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
"""Events kept in memory, so that a returning browser costs no query."""
POLL_EMBEDDED, POLL, POLL_WHILE_HINTED = 0.05, 0.25, 1.0
HINTED_SECONDS = 5.0
HEARTBEAT_SECONDS = 5.0
RETRY_SECONDS = 0.5


class Tail:
    """`run(function, *args)` calls the function on the live path's own database thread."""

    def __init__(self, run: Callable[..., Awaitable]) -> None:
        self._run = run
        self._rung = asyncio.Event()
        self._rung_at = float("-inf")
        self._beat_at = float("-inf")
        self._embedded = connection.vendor == "sqlite"
        self._look = EmbeddedLook() if self._embedded else None
        self._kept: deque[PositionedEvent] = deque(maxlen=KEPT)
        self.epoch = ""
        self.pos = 0
        self.floor = 0
        """Everything after this position is in memory."""

    def ring(self) -> None:
        """A hint: look now."""
        self._rung_at = time.monotonic()
        self._rung.set()

    async def start(self) -> None:
        """Stand at the head, with the latest events at hand."""
        self.epoch, self.pos, kept = await self._run(_latest)
        self._kept.clear()
        self._kept.extend(kept)
        self.floor = kept[0].pos - 1 if kept else self.pos

    async def start_if_another_history(self) -> bool:
        """A restored database has another epoch and counts from elsewhere: then stand at its head."""
        epoch, head = await self._run(lambda: (positions.epoch(), positions.head()))
        if epoch == self.epoch and head >= self.pos - KEPT:
            return False
        await self.start()
        return True

    def since(self, pos: int) -> list[PositionedEvent] | None:
        """Events after `pos`; None when they are no longer at hand."""
        if pos < self.floor:
            return None
        return [placed for placed in self._kept if placed.pos > pos]

    async def batches(self) -> AsyncIterator[list[PositionedEvent]]:
        """New events, for ever. A database that is away is asked again."""
        while True:
            try:
                await self._wait()
                while placed := await self._run(_read, self.pos):
                    self._keep(placed)
                    yield placed
                await self._beat()
            except Exception as trouble:
                log.warning("the tail cannot read: %s", trouble)
                await asyncio.sleep(RETRY_SECONDS)

    def _keep(self, placed: list[PositionedEvent]) -> None:
        for one in placed:
            if len(self._kept) == KEPT:
                self.floor = self._kept[0].pos
            self._kept.append(one)
        self.pos = placed[-1].pos

    async def _wait(self) -> None:
        hinted = time.monotonic() - self._rung_at < HINTED_SECONDS
        pause = POLL_EMBEDDED if self._embedded else POLL_WHILE_HINTED if hinted else POLL
        while not await self._hint_within(pause):
            if self._look is None or self._look.head() != self.pos or self._beat_is_due():
                return

    async def _hint_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True

    def _beat_is_due(self) -> bool:
        return time.monotonic() - self._beat_at >= HEARTBEAT_SECONDS

    async def _beat(self) -> None:
        if self._beat_is_due():
            self._beat_at = time.monotonic()
            await self._run(heartbeats.beat, part())


def part() -> str:
    """Under which name this process's tail says that it lives: two web processes differ by their port."""
    return f"tail:{settings.PORT}"


def _read(pos: int) -> list[PositionedEvent]:
    positions.place()
    return positions.since(pos)


def _latest() -> tuple[str, int, list[PositionedEvent]]:
    positions.place()
    head = positions.head()
    return positions.epoch(), head, positions.since(max(0, head - KEPT), limit=KEPT)


class EmbeddedLook:
    """The newest position, straight from the file: microseconds, so that looking often costs nothing."""

    def __init__(self) -> None:
        self._line: sqlite3.Connection | None = None
        table = connection.ops.quote_name(DomainEvent._meta.db_table)
        self._question = f"SELECT MAX(pos) FROM {table}"  # noqa: S608

    def head(self) -> int:
        """-1 when it cannot be read: whoever asked will look by the long way and hear why."""
        try:
            if self._line is None:
                address = f"file:{quote(str(connection.settings_dict['NAME']))}?mode=ro"
                self._line = sqlite3.connect(address, uri=True, isolation_level=None, timeout=0)
            return self._line.execute(self._question).fetchone()[0] or 0
        except sqlite3.Error:
            self._line = None
            return -1
