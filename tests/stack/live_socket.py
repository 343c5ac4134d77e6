"""A live line without a browser: the raw frames of `/live/`, in the order they came."""

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable
from functools import partial

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.servers import wait_for
from tests.stack.http_clients import Visitor

PAGE_FACTS = re.compile(r'data-(pos|epoch)="([^"]*)"')
PANES = re.compile(r'data-pane="([^"]+)"')


class Line:
    """A signed-in socket that says hello for a page and keeps every text it hears.

    `meanwhile` happens after the page was loaded and before the socket opens.
    """

    def __init__(
        self,
        visitor: Visitor,
        page: str,
        *,
        url: str = "",
        acknowledge: bool = True,
        meanwhile: Callable[[], object] | None = None,
    ):
        answer = visitor.get(page)
        text, facts = answer.text, dict(PAGE_FACTS.findall(answer.text))
        assert "pos" in facts, f"{page} is no live page: {answer.status} {text[:300]}"
        self.pos, self.epoch = int(facts["pos"]), facts["epoch"]
        self.panes = sorted(set(PANES.findall(text)))
        self.texts: list[str] = []
        self.pages: list[str] = []
        """What it fetched when it was told to fetch."""
        self._fetch = partial(visitor.get, page)
        self.close_code: int | None = None
        self.closed_at: float | None = None
        self._acknowledge = acknowledge
        if meanwhile:
            meanwhile()
        address = (url or visitor.url).replace("http", "ws", 1) + "/live/"
        self._open = contextlib.ExitStack()
        self._socket = self._open.enter_context(
            connect(
                address,
                origin=url or visitor.url,
                additional_headers={"Cookie": visitor.cookie},
                compression=None,
                max_size=None,
            )
        )
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        self.say({"resume": self.pos, "epoch": self.epoch, "panes": self.panes})
        wait_for(lambda: self.texts or self.close_code, within=10, what="the hello is answered")

    def _listen(self) -> None:
        try:
            while True:
                text = self._socket.recv()
                self.texts.append(text)
                message = json.loads(text)
                if message.get("refetch"):
                    self.pages.append(self._fetch().text)
                elif message.get("pos") is not None and self._acknowledge:
                    self.say({"ack": message["pos"]})
        except ConnectionClosed:
            pass
        self.close_code = self._socket.close_code
        self.closed_at = time.monotonic()

    def say(self, message) -> None:
        """Send a message; a text goes as it is."""
        with contextlib.suppress(ConnectionClosed):
            self._socket.send(message if isinstance(message, (str, bytes)) else json.dumps(message))

    @property
    def messages(self) -> list[dict]:
        return [json.loads(text) for text in list(self.texts)]

    @property
    def parts(self) -> list[dict]:
        return [part for message in self.messages for part in message.get("parts", [])]

    def heard(self, word: str) -> bool:
        return any(word in text for text in [*self.texts, *self.pages])

    def wait_for(self, word: str, within: float = 15) -> None:
        wait_for(lambda: self.heard(word), within=within, what=f"{word!r} arrives; close code {self.close_code}")

    def wait_for_end(self, within: float = 5) -> int:
        wait_for(lambda: self.closed_at, within=within, what="the socket ends")
        return self.close_code

    def close(self) -> None:
        self._open.close()
        self._thread.join(5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
