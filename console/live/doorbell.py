"""After a commit: a hint to the groups of the event. Nothing waits for it and nothing depends on it.

A channel layer is used on one event loop only. In a web process that is the server's loop. In a worker, shell or
command with Redis it is a loop in a separate thread; without Redis nothing is sent there, and the tails find the
change by polling.
"""

import asyncio
import logging
import os
import threading

from channels.layers import get_channel_layer
from django.conf import settings

from console.fragments import groups
from support_management.events.bus import committed

log = logging.getLogger(__name__)
ANSWER_SECONDS = 2


class Doorbell:
    """Collects topics and sends their hints together. A channel layer that does not answer blocks nobody."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._owner = 0
        self._waiting: set[str] = set()
        self._sending = False
        self._task: asyncio.Task | None = None
        self._guard = threading.Lock()

    def use(self, loop: asyncio.AbstractEventLoop) -> None:
        """Use the server's event loop; called in web processes."""
        self._loop, self._owner = loop, os.getpid()

    def ring(self, topics: set[str]) -> None:
        """Send hints to these topics. Callable from any thread; returns at once."""
        loop = self._current_loop()
        if loop is None or loop.is_closed():
            return
        with self._guard:
            first, self._sending = not self._sending, True
            self._waiting |= topics
        if first:
            loop.call_soon_threadsafe(self._begin)

    def _current_loop(self) -> asyncio.AbstractEventLoop | None:
        if self._owner != os.getpid():
            self._loop = self._own_loop() if settings.REDIS_URL else None
            self._owner = os.getpid()
            self._sending = False  # the parent process sends its own hints
        return self._loop

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._send())

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="doorbell", daemon=True).start()
        return loop

    async def _send(self) -> None:
        """One batch at a time: topics that arrive during a batch are sent with the next."""
        layer = get_channel_layer()
        while topics := self._take():
            for topic in sorted(topics):
                try:
                    async with asyncio.timeout(ANSWER_SECONDS):
                        await layer.group_send(topic, {"type": "live.changed"})
                except Exception as error:  # whatever the layer raises: polling finds the change
                    log.debug("no hint to %s: %s", topic, error)
                    break

    def _take(self) -> set[str]:
        with self._guard:
            topics, self._waiting = self._waiting, set()
            self._sending = bool(topics)
            return topics


doorbell = Doorbell()


def _ring(event, **_):
    doorbell.ring(groups.topics_of(event))


def install() -> None:
    """Ring for every committed event of this process."""
    committed.connect(_ring, dispatch_uid="doorbell")
