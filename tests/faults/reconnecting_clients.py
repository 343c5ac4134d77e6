"""Many browsers' sockets without the browsers: they come back as `static/js/live/backoff.js` does."""

import asyncio
import json
import random
import threading
from contextlib import suppress

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.stack.http_clients import Visitor
from tests.stack.live_socket import PAGE_FACTS, PANES

FIRST_SECONDS, LONGEST_SECONDS = 0.3, 5.0


class Member:
    """One socket on one page: where it stands, and every text that it heard."""

    def __init__(self, visitor: Visitor, page: str):
        self.url, self.cookie = visitor.url, visitor.cookie
        facts = dict(PAGE_FACTS.findall(page))
        self.pos, self.epoch = int(facts["pos"]), facts["epoch"]
        self.panes = sorted(set(PANES.findall(page)))
        self.texts: list[str] = []
        self.open = False
        self.returned = 0
        """How often it was let in."""

    async def live(self, over: asyncio.Event) -> None:
        """Listen, and come back after every end, until it is over."""
        attempt = 0
        while not over.is_set():
            with suppress(OSError, WebSocketException):
                await self._listen()
            attempt, self.open = (0 if self.open else attempt + 1), False
            ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** (attempt + 1))
            with suppress(TimeoutError):
                async with asyncio.timeout(random.uniform(FIRST_SECONDS, ceiling)):
                    await over.wait()

    async def _listen(self) -> None:
        address = self.url.replace("http", "ws", 1) + "/live/"
        headers = {"Cookie": self.cookie}
        async with connect(address, origin=self.url, additional_headers=headers, compression=None) as socket:
            await socket.send(json.dumps({"resume": self.pos, "epoch": self.epoch, "panes": self.panes}))
            self.returned += 1
            async for text in socket:
                self.open = True
                self.texts.append(text)
                message = json.loads(text)
                if "parts" in message and message["pos"] > self.pos:
                    self.pos = message["pos"]
                    await socket.send(json.dumps({"ack": self.pos}))


class Crowd:
    """`with Crowd(members)`: all of them listen, on a thread of their own."""

    def __init__(self, members: list[Member]):
        self.members = members
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._all()], daemon=True)

    async def _all(self) -> None:
        self._over = asyncio.Event()
        tasks = [asyncio.create_task(member.live(self._over)) for member in self.members]
        await self._over.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def all_open(self) -> bool:
        return all(member.open for member in self.members)

    def none_open(self) -> bool:
        return not any(member.open for member in self.members)

    def __enter__(self) -> "Crowd":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)
        self._loop.close()
