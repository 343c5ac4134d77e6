"""One per web process: knows what its sockets show, renders a change once, writes it to each of them."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError
from django.db import connection as database

from console.context import build
from console.fragments.registry import Dirt, Part
from console.live import authority, painting, wire
from console.live.coalesce import COUNTERS_SECONDS, ROWS_SECONDS, Window, split
from console.live.connection import Connection
from console.live.ear import Ear
from console.live.tail import KEPT, Tail
from support_management.events import stream
from support_management.events.catalogue import AuthorityChanged
from support_management.events.stream import Placed
from support_management.sla import thresholds

log = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 10.0
CHECK_SECONDS = 30.0
SWEEP_SECONDS = 1.0
SWEEP_GRACE_SECONDS = 1.5
RETRY_SECONDS = 0.5
TURN = 200
"""Writes in a row before others get the loop."""


class Hub:
    """Everything here runs on the server's loop; rendering and queries on one thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._clock_thread = ThreadPoolExecutor(1, thread_name_prefix="sweep")
        self._connections: set[Connection] = set()
        self._newcomers: list[tuple[Connection, wire.Hello]] = []
        self._rows, self._counters = Window(ROWS_SECONDS), Window(COUNTERS_SECONDS)
        self._work, self._started = asyncio.Event(), asyncio.Event()
        self._epoch = ""
        self.tail = Tail(self._on_thread)
        self.ear = Ear(self.tail.ring)

    # --- Sockets ---

    async def enter(self, key: str, *, send: Callable[..., Awaitable], close: Callable[..., Awaitable]):
        """A connection for a signed-in person of the desk, else None."""
        viewer = (await self._on_thread(authority.viewers, [key])).get(key)
        if viewer is None:
            return None
        connection = Connection(key=key, viewer=viewer, send=send, close=close)
        self._connections.add(connection)
        self.ear.want(connection.topics)
        return connection

    def leave(self, connection: Connection) -> None:
        """Forget the socket. Never waits."""
        connection.closed = True
        self._forget(connection)

    async def hello(self, connection: Connection, hello: wire.Hello) -> None:
        """A page says what it shows and where it stands. Its rights are asked before it is answered."""
        if connection.panes:
            await self._check([connection])
        self._newcomers.append((connection, hello))
        self._work.set()

    def acknowledged(self, connection: Connection, pos: int) -> None:
        """The browser is up to `pos`; one that was left out gets what it missed."""
        if connection.acknowledge(pos):
            names = tuple(".".join((pane.name, arg)).rstrip(".") for pane, arg in connection.panes)
            self._newcomers.append((connection, wire.Hello(connection.pos, self._epoch, names)))
            self._work.set()

    # --- Work ---

    async def run(self) -> None:
        """Until the process ends. What fails is logged and begun again; sockets stay."""
        parts = (self._follow, self._paint_for_ever, self._beat, self._watch, self._sweep, self.ear.listen)
        await asyncio.gather(*(_for_ever(part) for part in parts))

    async def close(self) -> None:
        """Let the threads go; used where a hub ends before its process does."""
        for thread in (self._thread, self._clock_thread):
            await asyncio.get_running_loop().run_in_executor(thread, lambda: database.close())
            thread.shutdown()

    async def _follow(self) -> None:
        """Whoever begins again may have missed something: then everybody is checked and looks anew."""
        await self.tail.start()
        self._epoch = await self._on_thread(stream.epoch)
        self._started.set()
        await self._check(list(self._connections))
        await self._everyone_refetches(self.tail.pos)
        async for placed in self.tail.batches():
            await self._take(placed)

    async def _take(self, placed: list[Placed]) -> None:
        changed = {one.event.user_id for one in placed if isinstance(one.event, AuthorityChanged)}
        if changed:
            await self._check([one for one in self._connections if one.viewer.id in changed])
        for one in placed:
            rows, counters = split(painting.dirt_since([one]))
            self._rows.add(rows, one.pos)
            self._counters.add(counters, one.pos)
        self._work.set()

    async def _paint_for_ever(self) -> None:
        await self._started.wait()
        while True:
            moment = time.monotonic()
            waits = [wait for wait in (self._rows.due_in(moment), self._counters.due_in(moment)) if wait is not None]
            if not self._newcomers and (not waits or min(waits) > 0):
                await self._work_within(min(waits, default=None))
            await self._welcome()
            await self._paint()

    async def _work_within(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._work.wait()
        except TimeoutError:
            pass
        self._work.clear()

    async def _welcome(self) -> None:
        newcomers, self._newcomers = self._newcomers, []
        if not newcomers:
            return
        pos, since, asked = self.tail.pos, {}, []
        for connection, hello in newcomers:
            if hello.resume not in since:
                placed = self.tail.since(hello.resume)
                since[hello.resume] = None if placed is None else painting.dirt_since(placed)
            asked.append((connection.viewer, hello.panes, since[hello.resume]))
        try:
            answers = await self._on_thread(lambda: painting.welcome(pos=pos, asked=asked))
        except Exception:
            self._newcomers = newcomers + self._newcomers
            raise
        for (connection, hello), answer in zip(newcomers, answers, strict=True):
            await self._answer(connection, hello, answer, pos)

    async def _answer(self, connection: Connection, hello: wire.Hello, answer: painting.Welcome, pos: int) -> None:
        before = connection.topics
        connection.show(answer.panes)
        if connection.closed:
            return
        self.ear.want(connection.topics)
        self.ear.drop(before)
        connection.ready = True
        await connection.send(self._heartbeat())
        if answer.parts is None or hello.epoch != self._epoch:
            await connection.send(wire.refetch(pos))
        else:
            await connection.send_frame(wire.frame(max(pos, hello.resume), answer.parts), max(pos, hello.resume))

    async def _paint(self) -> None:
        moment, pos = time.monotonic(), self.tail.pos
        taken = [(window, due) for window in (self._rows, self._counters) if (due := window.take(moment))]
        if not taken:
            return
        dirt = Dirt()
        for _, (some, _) in taken:
            dirt.merge(some)
        if painting.too_much(dirt):
            await self._everyone_refetches(pos)
            return
        audiences = {one.audience for one in self._connections if one.ready and one.panes}
        try:
            painted = await self._on_thread(lambda: painting.paint(pos=pos, dirt=dirt, audiences=audiences))
        except Exception:
            for window, (some, first) in taken:
                window.add(some, first)
            raise
        await self._deliver(painted, self._complete(pos))

    def _complete(self, pos: int) -> int:
        """Up to here everything is painted: what still waits in a window lies behind it."""
        waiting = [window.first - 1 for window in (self._rows, self._counters) if window.first is not None]
        return min([pos, *waiting])

    async def _deliver(self, painted: dict[painting.Audience, tuple[Part, ...] | None], pos: int) -> None:
        frames: dict[tuple[Part, ...], str] = {}
        for written, connection in enumerate(list(self._connections), 1):
            parts = painted.get(connection.audience) if connection.ready else None
            if parts is None and connection.audience in painted:
                await connection.send(wire.refetch(pos))
            elif parts:
                if parts not in frames:
                    frames[parts] = wire.frame(pos, parts)
                await connection.send_frame(frames[parts], pos)
            if written % TURN == 0:
                await asyncio.sleep(0)

    async def _everyone_refetches(self, pos: int) -> None:
        for connection in list(self._connections):
            if connection.ready:
                await connection.send(wire.refetch(pos))

    # --- The heart, and what it looks after ---

    def _heartbeat(self) -> str:
        return wire.heartbeat(head=self.tail.pos, epoch=self._epoch, build=build(), mode=self.ear.mode)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self._look_for_another_history()
            text, pos = self._heartbeat(), self._complete(self.tail.pos)
            for connection in list(self._connections):
                if not connection.ready:
                    continue
                await connection.send(text)
                if connection.pos < pos:
                    await connection.send_frame(wire.frame(pos, ()), pos)

    async def _look_for_another_history(self) -> None:
        """A restored database counts from elsewhere: the heartbeat then names another epoch."""
        try:
            epoch, head = await self._on_thread(lambda: (stream.epoch(), stream.head()))
        except Exception as trouble:
            log.warning("the epoch cannot be read: %s", trouble)
            return
        if epoch != self._epoch or head < self.tail.pos - KEPT:
            await self.tail.start()
            self._epoch = epoch
            await self._everyone_refetches(head)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(1)
            limit = time.monotonic() - CHECK_SECONDS
            await self._check([one for one in self._connections if one.checked_at < limit])
            for connection in list(self._connections):
                await connection.let_go_if_stuck()

    async def _check(self, connections: list[Connection]) -> None:
        """Who is no longer signed in, or has another role, is shown the door; other websites: look anew."""
        if not connections:
            return
        viewers = await self._on_thread(authority.viewers, {one.key for one in connections})
        for connection in connections:
            viewer = viewers.get(connection.key)
            connection.checked_at = time.monotonic()
            if viewer is None or viewer.role != connection.viewer.role:
                self._forget(connection)
                await connection.end(wire.SIGNED_OUT)
            elif viewer != connection.viewer:
                connection.viewer = viewer
                await connection.send(wire.refetch(self.tail.pos))

    def _forget(self, connection: Connection) -> None:
        """Out of every further paint."""
        if connection in self._connections:
            self._connections.discard(connection)
            self.ear.drop(connection.topics)

    async def _sweep(self) -> None:
        """The clocks' second trigger: they are kept to the second even when worker and beat are away."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._clock_thread, _mended(thresholds.fire_if_late), SWEEP_GRACE_SECONDS)

    async def _on_thread(self, function: Callable, *args):
        return await asyncio.get_running_loop().run_in_executor(self._thread, _mended(function), *args)


def _mended(function: Callable) -> Callable:
    """A long-lived thread must drop a database connection that broke, or it stays broken for ever."""

    def call(*args):
        try:
            return function(*args)
        except (OperationalError, InterfaceError):
            database.close()
            raise

    return call


async def _for_ever(part: Callable[[], Awaitable]) -> None:
    while True:
        try:
            await part()
        except Exception:
            log.exception("%s of the live path failed; it begins again", part.__name__)
            await asyncio.sleep(RETRY_SECONDS)
