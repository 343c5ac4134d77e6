"""An open page is a sign of life; figures that time alone changes follow."""

import asyncio

import pytest

from console.live import upkeep
from support_management.core.time import now
from support_management.events import stream
from support_management.people.models import SupportAvailability
from tests.live.hubs import Looker, with_hub

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_has_a_page_open_was_seen_and_no_event_tells_it(ada, ben, monkeypatch):
    monkeypatch.setattr(upkeep, "LOOK_SECONDS", 0.05)
    before = now()

    async def story(hub):
        looker = await Looker(hub, ada).open("queue.mine")
        head = await asyncio.to_thread(stream.head)
        await looker.until(lambda: looker.shows("queue-mine-head"))
        assert await asyncio.to_thread(stream.head) == head

    with_hub(story)
    assert SupportAvailability.objects.get(user=ada).last_seen_at >= before
    assert SupportAvailability.objects.get(user=ben).last_seen_at is None
