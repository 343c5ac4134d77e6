"""A slow browser costs bounded memory and loses nothing."""

import asyncio

import pytest

from console.live import connection as module
from console.live.connection import Connection
from console.live.wire import Frame
from support_management.people.viewer import Viewer

KIB = "x" * 1024


def frame(text: str, pos: int) -> Frame:
    return Frame(text, len(text), pos)


class Browser:
    """Keeps what it is sent; acknowledges when told to."""

    def __init__(self):
        self.got, self.closed_with = [], None
        viewer = Viewer(1, "support", True, False)
        self.connection = Connection(key="k", viewer=viewer, send=self._send, close=self._close)

    async def _send(self, text):
        self.got.append(text)

    async def _close(self, code):
        self.closed_with = code

    def frames(self, count: int, first: int = 1):
        async def send():
            for pos in range(first, first + count):
                await self.connection.send_frame(frame(KIB, pos))

        asyncio.run(send())


@pytest.fixture
def clock(monkeypatch):
    moment = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: moment[0])
    return moment


def test_at_most_256_kib_are_on_their_way(clock):
    browser = Browser()
    browser.frames(300)
    assert len(browser.got) == 256
    assert browser.connection.behind
    assert browser.connection.pos == 256
    assert browser.closed_with is None


def test_who_acknowledges_gets_room_again_and_is_told_to_be_served_what_was_missed(clock):
    browser = Browser()
    browser.frames(300)
    assert browser.connection.acknowledge(100) is False
    assert browser.connection.acknowledge(200) is True
    browser.frames(10, first=301)
    assert len(browser.got) == 266


def test_who_acknowledges_nothing_is_sent_away_to_come_back(clock):
    browser = Browser()
    browser.frames(300)
    clock[0] += 2.9
    asyncio.run(browser.connection.close_if_stuck())
    assert browser.closed_with is None
    clock[0] += 0.2
    asyncio.run(browser.connection.close_if_stuck())
    assert browser.closed_with == 4408


def test_after_the_end_nothing_is_sent(clock):
    browser = Browser()

    async def end_and_go_on():
        await browser.connection.end(4401)
        await browser.connection.send("late")
        await browser.connection.send_frame(frame("late", 1))
        await browser.connection.end(4408)

    asyncio.run(end_and_go_on())
    assert browser.got == []
    assert browser.closed_with == 4401


def test_one_frame_may_be_larger_than_the_bound(clock):
    browser = Browser()
    asyncio.run(browser.connection.send_frame(frame("x" * 300 * 1024, 1)))
    assert len(browser.got) == 1


def test_a_browser_that_vanishes_in_the_middle_disturbs_nobody(clock):
    browser = Browser()

    async def broken(*_):
        raise ConnectionError("closed protocol")

    browser.connection._send = browser.connection._close = broken

    async def go_on():
        await browser.connection.send_frame(frame("news", 1))
        assert browser.connection.closed
        await browser.connection.send("heartbeat")
        await browser.connection.end(4401)

    asyncio.run(go_on())
