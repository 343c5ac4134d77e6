"""A hub without sockets: people who look at panes and keep what they are sent."""

import asyncio
import json
from collections.abc import Callable

from channels.layers import channel_layers
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from console.live import supervisor, wire
from console.live.doorbell import doorbell
from console.live.hub import Hub
from support_management.core.outside_mark import outside_mark
from support_management.events import positions
from support_management.people.models import User

SECONDS = 5.0


def sign_in(user: User) -> str:
    """The key of a fresh session."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


class Looker:
    """One open page of a person."""

    def __init__(self, hub: Hub, user: User) -> None:
        self.hub, self.user = hub, user
        self.messages: list[dict] = []
        self.closed_with: int | None = None
        self.news = asyncio.Event()

    async def open(self, *panes: str, resume: int | None = None, epoch: str | None = None) -> "Looker":
        """As a browser does: handshake, hello; returns when it was answered."""
        self.key = await asyncio.to_thread(sign_in, self.user)
        self.connection = await self.hub.sockets.enter(self.key, send=self._send, close=self._close)
        at = await asyncio.to_thread(positions.head) if resume is None else resume
        history = await asyncio.to_thread(positions.epoch) if epoch is None else epoch
        await self.hub.hello(self.connection, wire.Hello(at, history, panes))
        await self.until(lambda: any("parts" in one or "refetch" in one for one in self.messages))
        return self

    async def _send(self, text: str) -> None:
        self.messages.append(json.loads(text))
        self.news.set()

    async def _close(self, code: int) -> None:
        self.closed_with = code
        self.news.set()

    async def until(self, fact: Callable[[], bool]) -> None:
        """Wait for something that becomes true with news; TimeoutError says it never did."""
        async with asyncio.timeout(SECONDS):
            while not fact():
                self.news.clear()
                await self.news.wait()

    @property
    def parts(self) -> list[dict]:
        return [part for message in self.messages for part in message.get("parts", ())]

    def shows(self, element: str) -> bool:
        return any(part["id"] == element and part["swap"] != "delete" for part in self.parts)


def with_hub(story: Callable) -> None:
    """Run an async story beside a running hub: `await story(hub)`. Nothing is known from outside the database."""
    outside_mark.forget()  # the database of another story would be behind it

    async def play():
        channel_layers.backends.clear()
        doorbell.use(asyncio.get_running_loop())
        hub = Hub()
        task = asyncio.create_task(supervisor.run(hub))
        try:
            await story(hub)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            outside_mark.forget()

    asyncio.run(play())
