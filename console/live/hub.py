"""One hub per web process: follows the events, renders each change once, writes it to all sockets that show it."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

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
        self._followed = 0
        """Everything up to this position has gone through the windows."""
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
        self._hellos.add_unless_waiting(connection, wire.Hello(connection.pos, self.tail.epoch, names, by_page=False))
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
            self._followed = self.tail.pos
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
        self._followed = events[-1].pos
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
            start, pos = self.tail.starts, self.tail.pos
            missed = {resume: self.tail.since(resume) for resume in {hello.resume for _, hello in hellos}}
            requests = [(connection.viewer, hello.panes, hello.resume) for connection, hello in hellos]
            answers = await self.thread.run(partial(rendering.welcome, pos=pos, requests=requests, missed=missed))
        except Exception:
            self._hellos.put_back(hellos)
            raise
        for (connection, hello), answer in zip(hellos, answers, strict=True):
            if hello.by_page:
                connection.seen = reached
            if start != self.tail.starts or hello.epoch != self.tail.epoch or hello.resume > reached:
                answer = replace(answer, parts=None)
            await self._answer(connection, hello, answer, pos)

    async def _reached(self, hellos: Iterable[wire.Hello]) -> int:
        """The newest position that these pages can have seen; a page beyond it is from before a restore."""
        hellos = list(hellos)
        reached = await self.tail.reached()
        asked = max((hello.resume for hello in hellos if hello.epoch == self.tail.epoch), default=0)
        if asked > reached:
            await self.tail.doubt(asked)
        elif any(hello.epoch != self.tail.epoch for hello in hellos):
            self.tail.ring()  # such a page may know of another history before this process does
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
            await connection.send(wire.refetch(self.tail.pos))
        else:
            newest = max(pos, hello.resume)
            await connection.send_frame(wire.frame(newest, answer.parts, since=hello.resume))

    async def _paint_due(self) -> None:
        """Paint what is due. Until it has been sent, no page is told that it has everything."""
        moment = time.monotonic()
        due = [window for window in (self._rows, self._counters) if window.take(moment)]
        try:
            if due:
                await self._paint()
        except Exception:
            for window in due:
                window.put_back()
            raise
        for window in due:
            window.sent()

    async def _paint(self) -> None:
        """Paint and send what the windows have handed out."""
        pos, complete, dirt = self.tail.pos, self.complete_pos(with_this=True), DirtyFragments()
        for taken in (self._rows.taken, self._counters.taken):
            if taken:
                dirt.merge(taken[0])
        if rendering.too_much(dirt):
            await self.sockets.tell(wire.refetch(pos))
            return
        created = self._rows.taken[1] if self._rows.taken and dirt.created else None
        audiences = {socket.audience for socket in self.sockets.ready if socket.panes}
        painted = await self.thread.run(partial(rendering.paint, pos=pos, dirt=dirt, audiences=audiences))
        await self._deliver(painted, complete, created=created)

    async def _deliver(
        self, painted: dict[rendering.Audience, tuple[Part, ...] | None], pos: int, *, created: int | None
    ) -> None:
        """`created`: a page that has seen this position may show what was created in this pass; it is asked as well."""
        frames: dict[tuple[Part, ...], wire.Frame] = {}
        for count, connection in enumerate(self.sockets.ready, 1):
            if created is not None and connection.seen >= created:
                self._resume(connection)
            parts = painted.get(connection.audience, ())
            if parts is None:
                await connection.send(wire.refetch(pos))
            elif parts:
                if parts not in frames:
                    frames[parts] = wire.frame(pos, parts)
                await connection.send_frame(frames[parts])
            if count % WRITES_PER_TURN == 0:
                await asyncio.sleep(0)

    # --- Position of the stream ---

    def complete_pos(self, *, with_this: bool = False) -> int:
        """The newest position up to which every change has been sent; `with_this`: once the present paint has been."""
        firsts = [window.first if with_this else window.oldest for window in (self._rows, self._counters)]
        return min([self._followed, *(first - 1 for first in firsts if first is not None)])

    def heartbeat(self) -> str:
        """The heartbeat message: head, epoch, build, and whether changes are found by hints or by polling."""
        return wire.heartbeat(head=self.tail.pos, epoch=self.tail.epoch, build=build(), mode=self.subscriptions.mode)
