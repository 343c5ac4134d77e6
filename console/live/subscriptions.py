"""Receives hints: one group membership per process and topic, for any number of sockets."""

import asyncio
import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable

from channels.layers import get_channel_layer
from django.conf import settings

log = logging.getLogger(__name__)
PULSE_SECONDS = 2.0
DEAF_AFTER_SECONDS = 5.0
JOIN_AGAIN_SECONDS = 60.0
ANSWER_SECONDS = 2.0


class GroupSubscriptions:
    """Calls `heard()` for every hint. Nothing depends on hints: the tail also polls."""

    def __init__(self, heard: Callable[[], None]) -> None:
        self._heard = heard
        self._wanted: Counter[str] = Counter()
        self._joined: set[str] = set()
        self._pulse = f"pulse.{uuid.uuid4().hex}"
        self._pulse_at = time.monotonic()
        self._joined_at = 0.0
        self._changed = asyncio.Event()

    @property
    def mode(self) -> str:
        """ "live", or "polling" while our own pulse messages do not come back."""
        deaf = bool(settings.REDIS_URL) and time.monotonic() - self._pulse_at > DEAF_AFTER_SECONDS
        return "polling" if deaf else "live"

    def want(self, topics: Iterable[str]) -> None:
        """One more socket needs these topics."""
        self._wanted.update(topics)
        self._changed.set()

    def drop(self, topics: Iterable[str]) -> None:
        """One socket less needs these topics."""
        self._wanted.subtract(topics)
        self._wanted = +self._wanted
        self._changed.set()

    async def listen(self) -> None:
        """Receive hints for ever; groups are joined again after the channel layer was unavailable."""
        while True:
            try:
                await self._listen_once()
            except Exception as error:
                log.warning("hints cannot be heard: %s", error)
                await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        layer = get_channel_layer()
        async with asyncio.timeout(ANSWER_SECONDS):
            name = await layer.new_channel()
        self._joined, self._joined_at = set(), time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._receive(layer, name))
            tasks.create_task(self._keep_joined(layer, name))

    async def _receive(self, layer, name: str) -> None:
        while True:
            message = await layer.receive(name)
            self._pulse_at = time.monotonic()
            if message["type"] == "live.changed":
                self._heard()

    async def _keep_joined(self, layer, name: str) -> None:
        while True:
            if time.monotonic() - self._joined_at > JOIN_AGAIN_SECONDS:
                self._joined, self._joined_at = set(), time.monotonic()
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._join(layer, name)
                    if settings.REDIS_URL:
                        await layer.group_send(self._pulse, {"type": "live.pulse"})
            except Exception as error:  # whatever the layer raises: the missing pulse shows it
                log.debug("not joined: %s", error)
            self._changed.clear()
            try:
                async with asyncio.timeout(PULSE_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                pass

    async def _join(self, layer, name: str) -> None:
        wanted = {*self._wanted, self._pulse}
        for topic in wanted - self._joined:
            await layer.group_add(topic, name)
            self._joined.add(topic)
        for topic in self._joined - wanted:
            await layer.group_discard(topic, name)
            self._joined.discard(topic)
