"""One hub per web process: follows the events, renders each change once, writes it to all sockets that show it."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace

from console.fragments.registry import ALL, DirtyFragments, Fragment, Part
from console.live import rendering, wire
from console.live.coalesce import COUNTERS_SECONDS, ROWS_SECONDS, Window, split
from console.live.connection import Connection
from console.live.database_thread import DatabaseThread
from console.live.sockets import SocketRegistry
from console.live.subscriptions import GroupSubscriptions
from console.live.tail import Tail
from console.live.waiting_hellos import WaitingHellos
from console.page_context import build
from support_management.events.catalogue import AuthorityChanged
from support_management.events.positions import PositionedEvent
from support_management.routing.inputs.attention import AttentionSign

WRITES_PER_TURN = 200
"""Writes before the event loop runs other tasks."""


class Hub:
    """Runs on the server's event loop; rendering and queries run on a separate thread."""

    def __init__(self) -> None:
        self.thread = DatabaseThread("live")
        self.tail = Tail(self.thread.run)
        self.subscriptions = GroupSubscriptions(self.tail.ring)
        self.sockets = SocketRegistry(thread=self.thread, subscriptions=self.subscriptions)
        self._hellos = WaitingHellos()
        self.attention: dict[tuple[int, str, int], AttentionSign] = {}
        """In which work people are active, not stored yet."""
        self._rows, self._counters = Window(ROWS_SECONDS), Window(COUNTERS_SECONDS)
        self._work, self._started = asyncio.Event(), asyncio.Event()

    # --- Messages of sockets ---

    async def hello(self, connection: Connection, hello: wire.Hello) -> None:
        """A page names its panes and its position. Its permissions are checked again before the answer."""
        self._hellos.add(connection, hello)
        self._work.set()

    def acknowledged(self, connection: Connection, pos: int) -> None:
        """The browser has applied `pos`; one that was behind gets what it missed."""
        if connection.acknowledge(pos):
            self._resume(connection)

    def _resume(self, connection: Connection) -> None:
        """Answer as if the page had said hello again from what was sent to it last."""
        names = tuple(".".join((pane.name, arg)).rstrip(".") for pane, arg in connection.panes)
        self._hellos.add_unless_waiting(connection, wire.Hello(connection.pos, self.tail.epoch, names))
        self._work.set()

    def attended(self, connection: Connection, message: wire.Attending) -> None:
        """A person is active in these tickets and disputes. The rules that reassign work read it."""
        for kind, pk, draft in message.works:
            sign = AttentionSign(connection.viewer.id, kind, pk, draft)
            self.attention[sign[:3]] = sign

    # --- Events ---

    async def follow(self) -> None:
        """Follow the events of one history after the other.

        At its start, and after a restart of this part, events may be lost: every socket is checked, every page fetched.
        """
        while True:
            another = await self.tail.start()
            self._started.set()
            # A page that hears of another epoch forgets what it showed, and says so, even if its session has ended.
            await self.sockets.tell(self.heartbeat() if another else wire.refetch(self.tail.pos))
            await self.sockets.check(self.sockets, pos=self.tail.pos)
            async for events in self.tail.batches():
                await self._take(events)

    async def _take(self, events: list[PositionedEvent]) -> None:
        user_ids = {placed.event.user_id for placed in events if isinstance(placed.event, AuthorityChanged)}
        await self.sockets.check([socket for socket in self.sockets if socket.viewer.id in user_ids], pos=self.tail.pos)
        for placed in events:
            rows, counters = split(rendering.dirt_since([placed]))
            self._rows.add(rows, placed.pos)
            self._counters.add(counters, placed.pos)
        self._work.set()

    def mark_dirty(self, fragment: Fragment) -> None:
        """Mark figures that may have changed by the passage of time."""
        dirt = DirtyFragments()
        dirt.subjects[fragment.name].add(("desk", ALL))
        self._counters.add(dirt, self.tail.pos)
        self._work.set()

    # --- Painting ---

    async def paint(self) -> None:
        """Answer hellos first, then paint what is due; sleep while nothing is."""
        await self._started.wait()
        while True:
            moment = time.monotonic()
            dues = (self._hellos.due_in(moment), self._rows.due_in(moment), self._counters.due_in(moment))
            waits = [wait for wait in dues if wait is not None]
            if not waits or min(waits) > 0:
                await self._wait_for_work(min(waits, default=None))
            await self._answer_hellos()
            await self._paint_due()

    async def _wait_for_work(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._work.wait()
        except TimeoutError:
            pass
        self._work.clear()

    async def _answer_hellos(self) -> None:
        hellos = self._hellos.take(time.monotonic())
        if not hellos:
            return
        try:
            await self.sockets.check([connection for connection, _ in hellos if connection.ready], pos=self.tail.pos)
            reached = await self._reached(hello for _, hello in hellos)
            pos = self.tail.pos
            missed = {resume: self.tail.since(resume) for resume in {hello.resume for _, hello in hellos}}
            requests = [(connection.viewer, hello.panes, hello.resume) for connection, hello in hellos]
            answers = await self.thread.run(lambda: rendering.welcome(pos=pos, requests=requests, missed=missed))
        except Exception:
            self._hellos.put_back(hellos)
            raise
        for (connection, hello), answer in zip(hellos, answers, strict=True):
            if hello.epoch != self.tail.epoch or hello.resume > reached:
                answer = replace(answer, parts=None)
            await self._answer(connection, hello, answer, pos)

    async def _reached(self, hellos: Iterable[wire.Hello]) -> int:
        """The newest position that these pages can have seen; a page beyond it is from before a restore."""
        asked = max((hello.resume for hello in hellos if hello.epoch == self.tail.epoch), default=0)
        reached = await self.tail.reached(asked)
        if asked > reached:
            await self.tail.doubt(asked)
        return reached

    async def _answer(self, connection: Connection, hello: wire.Hello, answer: rendering.Welcome, pos: int) -> None:
        if connection.closed:
            return
        old_topics = connection.topics
        connection.show(answer.panes)
        self.subscriptions.want(connection.topics)
        self.subscriptions.drop(old_topics)
        connection.ready = True
        await connection.send(self.heartbeat())
        if answer.parts is None:
            await connection.send(wire.refetch(pos))
        else:
            newest = max(pos, hello.resume)
            await connection.send_frame(wire.frame(newest, answer.parts, since=hello.resume))

    async def _paint_due(self) -> None:
        moment, pos = time.monotonic(), self.tail.pos
        batches = [(window, due) for window in (self._rows, self._counters) if (due := window.take(moment))]
        if not batches:
            return
        dirt = DirtyFragments()
        for _, (waiting, _) in batches:
            dirt.merge(waiting)
        if rendering.too_much(dirt):
            await self.sockets.tell(wire.refetch(pos))
            return
        audiences = {socket.audience for socket in self.sockets.ready if socket.panes}
        try:
            painted = await self.thread.run(lambda: rendering.paint(pos=pos, dirt=dirt, audiences=audiences))
        except Exception:
            for window, (waiting, first) in batches:
                window.add(waiting, first)
            raise
        joined = next((first for window, (_, first) in batches if window is self._rows and dirt.created), None)
        await self._deliver(painted, self.complete_pos(pos), joined=joined)

    async def _deliver(
        self, painted: dict[rendering.Audience, tuple[Part, ...] | None], pos: int, *, joined: int | None
    ) -> None:
        """`joined`: pages of this position or a later one may show what was created in this pass; they are asked."""
        frames: dict[tuple[Part, ...], wire.Frame] = {}
        for count, connection in enumerate(self.sockets.ready, 1):
            parts = painted.get(connection.audience, ())
            if joined is not None and connection.pos >= joined:
                self._resume(connection)
            elif parts is None:
                await connection.send(wire.refetch(pos))
            elif parts:
                if parts not in frames:
                    frames[parts] = wire.frame(pos, parts)
                await connection.send_frame(frames[parts])
            if count % WRITES_PER_TURN == 0:
                await asyncio.sleep(0)

    # --- Position of the stream ---

    def complete_pos(self, pos: int | None = None) -> int:
        """The newest position up to which every change has been painted."""
        waiting = [window.first - 1 for window in (self._rows, self._counters) if window.first is not None]
        return min([self.tail.pos if pos is None else pos, *waiting])

    def heartbeat(self) -> str:
        """The heartbeat message: head, epoch, build, and whether changes are found by hints or by polling."""
        return wire.heartbeat(head=self.tail.pos, epoch=self.tail.epoch, build=build(), mode=self.subscriptions.mode)
