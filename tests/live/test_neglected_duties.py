"""A hub does the duties that nobody else does, and goes on when the database is away."""

import asyncio

import pytest

from console.live import periodic
from support_management import tasks
from support_management.core.duties import DutyWatch
from tests.live.hubs import with_hub

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_watches_every_duty_again_and_again(monkeypatch):
    monkeypatch.setattr(periodic, "DUTIES_SECONDS", 0.02)
    watched: list[str] = []
    names = sorted(duty.name for duty in tasks.duties())

    async def story(hub):
        loop, twice = asyncio.get_running_loop(), asyncio.Event()

        def watch(self: DutyWatch) -> None:
            watched.extend(duty.name for duty in self._duties)
            if all(watched.count(name) > 1 for name in names):
                loop.call_soon_threadsafe(twice.set)
            raise ConnectionError

        monkeypatch.setattr(DutyWatch, "do_late", watch)
        async with asyncio.timeout(20):
            await twice.wait()

    with_hub(story)
    assert sorted(set(watched)) == names
