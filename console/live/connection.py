"""One browser's socket, as the hub sees it: who looks, at which panes, and what is on its way."""

import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable

from console.fragments import groups
from console.fragments.registry import Pane
from console.live import wire
from support_management.people.viewer import Viewer

log = logging.getLogger(__name__)
MAX_UNACKNOWLEDGED = 256 * 1024
PATIENCE_SECONDS = 3.0
Panes = tuple[tuple[Pane, str], ...]


class Connection:
    """Used on the server's loop only.

    Up to 256 KiB may be on their way unacknowledged. Who is slow but alive is left out and gets the newest state
    with its next acknowledgement; who acknowledges nothing for three seconds is told to come back.
    """

    def __init__(self, *, key: str, viewer: Viewer, send: Callable[..., Awaitable], close: Callable[..., Awaitable]):
        self.key = key
        self.viewer = viewer
        self.panes: Panes = ()
        self.topics: set[str] = {groups.person(viewer.id)}
        self.ready = False
        self.behind = False
        self.pos = -1
        """Everything up to here has been sent."""
        self.checked_at = time.monotonic()
        self.closed = False
        self._send, self._close = send, close
        self._sent = 0
        self._unread: deque[tuple[int, int, float]] = deque()
        self._unread_bytes = 0

    @property
    def audience(self) -> tuple[Viewer, Panes]:
        """Sockets with the same audience get the same bytes."""
        return self.viewer, self.panes

    def show(self, panes: Panes) -> None:
        self.panes = panes
        named = (pane.topics(arg) for pane, arg in panes)
        self.topics = {groups.person(self.viewer.id), groups.everyone()}.union(*named)

    async def send(self, text: str) -> None:
        """A message that needs no acknowledgement."""
        if not self.closed:
            await self._write(text)

    async def send_frame(self, frame: wire.Frame) -> None:
        """The frame, unless too much is on its way already."""
        if self.closed or self.behind:
            return
        if self._unread and self._unread_bytes + frame.size > MAX_UNACKNOWLEDGED:
            self.behind = True
            await self.let_go_if_stuck()
            return
        self._unread.append((frame.pos, frame.size, time.monotonic()))
        self._unread_bytes += frame.size
        self.pos = max(frame.pos, self.pos)
        await self._write(frame.text)

    def acknowledge(self, pos: int) -> bool:
        """The browser has applied `pos`. True when it has room again after having been left out."""
        while self._unread and self._unread[0][0] <= pos:
            self._unread_bytes -= self._unread.popleft()[1]
        caught_up = self.behind and self._unread_bytes <= MAX_UNACKNOWLEDGED // 2
        if caught_up:
            self.behind = False
        return caught_up

    async def let_go_if_stuck(self) -> None:
        """Close a socket that was left out and whose oldest frame nobody acknowledges."""
        if self.behind and self._unread and time.monotonic() - self._unread[0][2] > PATIENCE_SECONDS:
            await self.end(wire.COME_BACK)

    async def end(self, code: int) -> None:
        """Nothing is sent after this."""
        if not self.closed:
            self.closed = True
            await self._quietly(self._close(code))

    async def _write(self, text: str) -> None:
        self._sent += 1
        if not await self._quietly(self._send(wire.numbered(text, self._sent))):
            self.closed = True

    async def _quietly(self, step: Awaitable) -> bool:
        """A browser that has just gone must not keep the others from their frames; its disconnect is on its way."""
        try:
            await step
        except Exception as gone:
            log.debug("a socket of user %s is gone: %s", self.viewer.id, gone)
            return False
        return True
