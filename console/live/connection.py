"""One browser's socket in the hub: its viewer, its panes, and the frames not yet acknowledged."""

import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable

from console.fragments import groups
from console.fragments.registry import Pane
from console.live import wire
from console.live.hello_pace import Pace
from support_management.people.viewer import Viewer

log = logging.getLogger(__name__)
MAX_UNACKNOWLEDGED = 256 * 1024
PATIENCE_SECONDS = 3.0
Panes = tuple[tuple[Pane, str], ...]


class Connection:
    """Used on the server's event loop only.

    Up to 256 KiB may be unacknowledged. A slow browser gets no frames until it has caught up, then the newest state;
    one that acknowledges nothing for three seconds is closed with a code that makes it reconnect.
    """

    def __init__(self, *, key: str, viewer: Viewer, send: Callable[..., Awaitable], close: Callable[..., Awaitable]):
        self.key = key
        self.viewer = viewer
        self.panes: Panes = ()
        self.topics: set[str] = {groups.person(viewer.id)}
        self.ready = False
        self.behind = False
        self.pos = -1
        """Everything up to this position has been sent."""
        self.seen = -1
        """The newest position when the page said hello: what it shows was there by then."""
        self.checked_at = time.monotonic()
        self.pace = Pace(self.checked_at)
        self.closed = False
        self._send, self._close = send, close
        self._sent = 0
        self._unread: deque[tuple[int, int, float]] = deque()
        self._unread_bytes = 0

    @property
    def audience(self) -> tuple[Viewer, Panes]:
        """Viewer and panes. Sockets with the same audience get the same frames."""
        return self.viewer, self.panes

    def show(self, panes: Panes) -> None:
        self.panes = panes
        topics = (pane.topics(arg) for pane, arg in panes)
        self.topics = {groups.person(self.viewer.id), groups.everyone()}.union(*topics)

    async def send(self, text: str) -> None:
        """Send a message that needs no acknowledgement."""
        if not self.closed:
            await self._write(text)

    async def send_frame(self, frame: wire.Frame) -> None:
        """Send the frame, unless too many bytes are unacknowledged."""
        if self.closed or self.behind:
            return
        if self._unread and self._unread_bytes + frame.size > MAX_UNACKNOWLEDGED:
            self.behind = True
            await self.close_if_stuck()
            return
        self._unread.append((frame.pos, frame.size, time.monotonic()))
        self._unread_bytes += frame.size
        self.pos = max(frame.pos, self.pos)
        await self._write(frame.text)

    def acknowledge(self, pos: int) -> bool:
        """The browser has applied `pos`. True when it was behind and has now caught up."""
        while self._unread and self._unread[0][0] <= pos:
            self._unread_bytes -= self._unread.popleft()[1]
        caught_up = self.behind and self._unread_bytes <= MAX_UNACKNOWLEDGED // 2
        if caught_up:
            self.behind = False
        return caught_up

    async def close_if_stuck(self) -> None:
        """Close a socket that is behind and has not acknowledged its oldest frame for three seconds."""
        if self.behind and self._unread and time.monotonic() - self._unread[0][2] > PATIENCE_SECONDS:
            await self.end(wire.COME_BACK)

    async def end(self, code: int) -> None:
        """Close the socket; nothing is sent afterwards."""
        if not self.closed:
            self.closed = True
            await self._quietly(self._close(code))

    async def _write(self, text: str) -> None:
        self._sent += 1
        if not await self._quietly(self._send(wire.numbered(text, self._sent))):
            self.closed = True

    async def _quietly(self, step: Awaitable) -> bool:
        """False when the browser is gone: that must not stop the frames of others. Its disconnect follows."""
        try:
            await step
        except Exception as error:
            log.debug("a socket of user %s is gone: %s", self.viewer.id, error)
            return False
        return True
