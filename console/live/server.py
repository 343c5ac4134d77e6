"""Starts the hub on the server's event loop and dispatches each connection."""

import asyncio
import atexit

from console.live import origin, supervisor
from console.live.consumer import LiveConsumer
from console.live.doorbell import doorbell
from console.live.hub import Hub
from support_management.core.outside_mark import outside_mark

PATH = "/live/"


class LiveApplication:
    """The ASGI application: HTTP for Django, `/live/` for the hub. The first connection of any kind starts the hub."""

    def __init__(self, django) -> None:
        self._django = django
        self._hub: Hub | None = None
        self._running: asyncio.Task | None = None

    async def __call__(self, scope, receive, send):
        hub = self._started_hub()
        if scope["type"] == "http":
            return await self._django(scope, receive, send)
        if scope["type"] != "websocket":
            raise ValueError(f"No application for {scope['type']}.")
        if scope["path"] != PATH or not origin.is_ours(scope):
            return await origin.RefusedHandshake()(scope, receive, send)
        consumer = LiveConsumer()
        consumer.hub = hub
        return await consumer(scope, receive, send)

    def _started_hub(self) -> Hub:
        if self._hub is None:
            loop = asyncio.get_running_loop()
            doorbell.use(loop)
            self._hub = Hub()
            self._running = loop.create_task(supervisor.run(self._hub), name="hub")
            atexit.register(lambda tail: outside_mark.keep(tail.place), self._hub.tail)
        return self._hub


def live_application(django) -> LiveApplication:
    """Wrap the ASGI application of Django."""
    return LiveApplication(django)
