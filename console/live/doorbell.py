"""After a commit: a small hint to the groups of the event. Nobody waits for it, nothing depends on it.

A channel layer is used on one loop only. In a web process that is the server's loop; in a worker, shell or
command with Redis it is a loop thread of its own; there, in memory, nothing is sent and the tails' poll finds
the change.
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
    """Rings for all topics that came together; a layer that does not answer holds up nobody."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._owner = 0
        self._waiting: set[str] = set()
        self._sending = False
        self._task: asyncio.Task | None = None
        self._guard = threading.Lock()

    def use(self, loop: asyncio.AbstractEventLoop) -> None:
        """The web process gives its server's loop."""
        self._loop, self._owner = loop, os.getpid()

    def ring(self, topics: set[str]) -> None:
        """From any thread; returns at once."""
        loop = self._home()
        if loop is None or loop.is_closed():
            return
        with self._guard:
            first, self._sending = not self._sending, True
            self._waiting |= topics
        if first:
            loop.call_soon_threadsafe(self._begin)

    def _home(self) -> asyncio.AbstractEventLoop | None:
        if self._owner != os.getpid():
            self._loop = self._own_loop() if settings.REDIS_URL else None
            self._owner = os.getpid()
            self._sending = False  # what the parent process was sending is not ours
        return self._loop

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._send())

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="doorbell", daemon=True).start()
        return loop

    async def _send(self) -> None:
        """One at a time: what comes while a hint is under way goes with the next."""
        layer = get_channel_layer()
        while topics := self._take():
            for topic in sorted(topics):
                try:
                    async with asyncio.timeout(ANSWER_SECONDS):
                        await layer.group_send(topic, {"type": "live.changed"})
                except Exception as trouble:  # the layer may be away in many ways; the poll finds the change
                    log.debug("no hint to %s: %s", topic, trouble)
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
    """Listen to committed events, in every process."""
    committed.connect(_ring, dispatch_uid="doorbell")
