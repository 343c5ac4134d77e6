"""A hint reaches the hub from any thread, fast; without a hint the poll finds the change."""

import asyncio
import threading
import time

import pytest

from console.live import tail as tail_module
from console.live.doorbell import doorbell
from tests.factories import make_ticket
from tests.live.hubs import Looker, with_hub

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_hint_from_another_thread_is_heard_within_100_ms_without_any_poll(ada, monkeypatch):
    monkeypatch.setattr(tail_module, "POLL_EMBEDDED", 60.0)
    monkeypatch.setattr(tail_module, "POLL", 60.0)
    monkeypatch.setattr(tail_module, "POLL_WHILE_HINTED", 60.0)

    async def story(hub):
        await Looker(hub, ada).open("queue.unassigned")
        heard = asyncio.Event()
        hub.subscriptions._heard = heard.set
        best = 60.0
        for _ in range(5):  # the machine may be busy once, not five times
            heard.clear()
            before = time.monotonic()
            threading.Thread(target=doorbell.ring, args=({"queues"},)).start()
            async with asyncio.timeout(5):
                await heard.wait()
            best = min(best, time.monotonic() - before)
        assert best < 0.1

    with_hub(story)


def test_without_any_hint_the_poll_finds_the_change(ada, monkeypatch):
    monkeypatch.setattr(doorbell, "ring", lambda topics: None)

    async def story(hub):
        looker = await Looker(hub, ada).open("queue.unassigned")
        ticket = await asyncio.to_thread(make_ticket)
        await looker.until(lambda: looker.shows(f"queue-unassigned-ticket-{ticket.pk}"))

    with_hub(story)
