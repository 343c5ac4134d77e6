"""One per web process: follows the events, renders a change once, writes it to each socket that shows it."""

import asyncio
import time

from console.fragments.registry import ALL, DirtyFragments, Fragment, Part
from console.live import rendering, wire
from console.live.coalesce import COUNTERS_SECONDS, ROWS_SECONDS, Window, split
from console.live.connection import Connection
from console.live.database_thread import DatabaseThread
from console.live.sockets import SocketRegistry
from console.live.subscriptions import GroupSubscriptions
from console.live.tail import Tail
from console.page_context import build
from support_management.events.catalogue import AuthorityChanged
from support_management.events.positions import PositionedEvent

TURN = 200
"""Writes in a row before others get the loop."""


class Hub:
    """Everything here runs on the server's loop; rendering and queries on one thread of its own."""

    def __init__(self) -> None:
        self.thread = DatabaseThread("live")
        self.tail = Tail(self.thread.run)
        self.ear = GroupSubscriptions(self.tail.ring)
        self.crowd = SocketRegistry(thread=self.thread, ear=self.ear)
        self._newcomers: list[tuple[Connection, wire.Hello]] = []
        self._rows, self._counters = Window(ROWS_SECONDS), Window(COUNTERS_SECONDS)
        self._work, self._started = asyncio.Event(), asyncio.Event()

    # --- What sockets say ---

    async def hello(self, connection: Connection, hello: wire.Hello) -> None:
        """A page says what it shows and where it stands. Its rights are asked before it is answered."""
        if connection.ready:
            await self.crowd.check([connection], pos=self.tail.pos)
        self._newcomers.append((connection, hello))
        self._work.set()

    def acknowledged(self, connection: Connection, pos: int) -> None:
        """The browser is up to `pos`; one that was left out gets what it missed."""
        if connection.acknowledge(pos):
            names = tuple(".".join((pane.name, arg)).rstrip(".") for pane, arg in connection.panes)
            self._newcomers.append((connection, wire.Hello(connection.pos, self.tail.epoch, names)))
            self._work.set()

    # --- What the desk says ---

    async def follow(self) -> None:
        """Whoever begins again may have missed something: then everybody is checked and looks anew."""
        await self.tail.start()
        self._started.set()
        await self.crowd.check(self.crowd, pos=self.tail.pos)
        await self.crowd.refetch(self.tail.pos)
        async for placed in self.tail.batches():
            await self._take(placed)

    async def _take(self, placed: list[PositionedEvent]) -> None:
        changed = {one.event.user_id for one in placed if isinstance(one.event, AuthorityChanged)}
        await self.crowd.check([one for one in self.crowd if one.viewer.id in changed], pos=self.tail.pos)
        for one in placed:
            rows, counters = split(rendering.dirt_since([one]))
            self._rows.add(rows, one.pos)
            self._counters.add(counters, one.pos)
        self._work.set()

    def stir(self, fragment: Fragment) -> None:
        """Time alone may have changed these figures."""
        dirt = DirtyFragments()
        dirt.subjects[fragment.name].add(("desk", ALL))
        self._counters.add(dirt, self.tail.pos)
        self._work.set()

    # --- Painting ---

    async def paint(self) -> None:
        """Newcomers first, then what is due; sleeps while nothing is."""
        await self._started.wait()
        while True:
            moment = time.monotonic()
            waits = [wait for wait in (self._rows.due_in(moment), self._counters.due_in(moment)) if wait is not None]
            if not self._newcomers and (not waits or min(waits) > 0):
                await self._work_within(min(waits, default=None))
            await self._welcome()
            await self._paint_due()

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
                since[hello.resume] = None if placed is None else rendering.dirt_since(placed)
            asked.append((connection.viewer, hello.panes, since[hello.resume]))
        try:
            answers = await self.thread.run(lambda: rendering.welcome(pos=pos, asked=asked))
        except Exception:
            self._newcomers = newcomers + self._newcomers
            raise
        for (connection, hello), answer in zip(newcomers, answers, strict=True):
            await self._answer(connection, hello, answer, pos)

    async def _answer(self, connection: Connection, hello: wire.Hello, answer: rendering.Welcome, pos: int) -> None:
        if connection.closed:
            return
        before = connection.topics
        connection.show(answer.panes)
        self.ear.want(connection.topics)
        self.ear.drop(before)
        connection.ready = True
        await connection.send(self.heartbeat())
        if answer.parts is None or hello.epoch != self.tail.epoch:
            await connection.send(wire.refetch(pos))
        else:
            upto = max(pos, hello.resume)
            await connection.send_frame(wire.frame(upto, answer.parts, since=hello.resume))

    async def _paint_due(self) -> None:
        moment, pos = time.monotonic(), self.tail.pos
        taken = [(window, due) for window in (self._rows, self._counters) if (due := window.take(moment))]
        if not taken:
            return
        dirt = DirtyFragments()
        for _, (some, _) in taken:
            dirt.merge(some)
        if rendering.too_much(dirt):
            await self.crowd.refetch(pos)
            return
        audiences = {one.audience for one in self.crowd.ready if one.panes}
        try:
            painted = await self.thread.run(lambda: rendering.paint(pos=pos, dirt=dirt, audiences=audiences))
        except Exception:
            for window, (some, first) in taken:
                window.add(some, first)
            raise
        await self._deliver(painted, self.complete_pos(pos))

    async def _deliver(self, painted: dict[rendering.Audience, tuple[Part, ...] | None], pos: int) -> None:
        frames: dict[tuple[Part, ...], wire.Frame] = {}
        for written, connection in enumerate(self.crowd.ready, 1):
            parts = painted.get(connection.audience, ())
            if parts is None:
                await connection.send(wire.refetch(pos))
            elif parts:
                if parts not in frames:
                    frames[parts] = wire.frame(pos, parts)
                await connection.send_frame(frames[parts])
            if written % TURN == 0:
                await asyncio.sleep(0)

    # --- Where the stream stands ---

    def complete_pos(self, pos: int | None = None) -> int:
        """Up to here everything is painted: what still waits in a window lies behind it."""
        waiting = [window.first - 1 for window in (self._rows, self._counters) if window.first is not None]
        return min([self.tail.pos if pos is None else pos, *waiting])

    def heartbeat(self) -> str:
        """Head, history, build, and how changes are found."""
        return wire.heartbeat(head=self.tail.pos, epoch=self.tail.epoch, build=build(), mode=self.ear.mode)
