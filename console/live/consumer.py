"""One socket: closed with 4401 unless signed in; then hello, frames and acknowledgements."""

import time

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http import parse_cookie

from console.cookies import earlier_name
from console.live import wire
from console.live.connection import Connection
from console.live.hub import Hub

MESSAGES_PER_SECOND = 20


class LiveConsumer(AsyncWebsocketConsumer):
    """Joins no channel group: the hub receives the hints for all sockets and writes to them directly."""

    channel_layer_alias = "none"
    hub: Hub
    connection: Connection | None = None

    async def dispatch(self, message):
        """Skips the thread switch of the base class, which closes database connections: no database is used here."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self):
        """Accept before the session is checked: after a refused handshake browsers would retry for ever."""
        self._second, self._count = 0, 0
        await self.accept()
        try:
            self.connection = await self.hub.sockets.enter(_session_key(self.scope), send=self.send, close=self.close)
        except wire.Refused as refusal:
            await self.close(refusal.code)

    async def receive(self, text_data=None, bytes_data=None):
        if self.connection is None or self.connection.closed:
            return
        try:
            self._limit_rate()
            message = wire.read(text_data)
        except wire.Refused as error:
            await self.connection.end(error.code)
            return
        if isinstance(message, wire.Ack):
            self.hub.acknowledged(self.connection, message.pos)
        elif isinstance(message, wire.Attending):
            self.hub.attended(self.connection, message)
        else:
            await self.hub.hello(self.connection, message)

    async def disconnect(self, code):
        if self.connection is not None:
            self.hub.sockets.leave(self.connection)

    def _limit_rate(self) -> None:
        second = int(time.monotonic())
        self._count = self._count + 1 if second == self._second else 1
        self._second = second
        if self._count > MESSAGES_PER_SECOND:
            raise wire.Refused(wire.NOT_UNDERSTOOD)


def _session_key(scope) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies = parse_cookie(value.decode("latin-1"))
            earlier = cookies.get(earlier_name(settings.SESSION_COOKIE_NAME), "")  # of a page that was open before
            return cookies.get(settings.SESSION_COOKIE_NAME, earlier)
    return ""
