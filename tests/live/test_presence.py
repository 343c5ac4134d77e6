"""An open page is a sign of life; figures that time alone changes follow."""

import asyncio
from datetime import timedelta

import pytest

from console.live import periodic, wire
from support_management.core.time import DUE_SOON, now
from support_management.events import positions
from support_management.events.suppression import quietly
from support_management.people import presence
from support_management.people.models import SupportAvailability
from support_management.routing.inputs import attention
from support_management.routing.models import WorkAttention
from support_management.tickets.models import Ticket
from tests.factories import make_ticket, make_unseen
from tests.live.hubs import Looker, with_hub

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_has_a_page_open_was_seen_and_no_event_tells_it(ada, ben, monkeypatch):
    monkeypatch.setattr(periodic, "PRESENCE_SECONDS", 0.05)
    before, seen, noted = now(), presence.seen, []

    async def story(hub):
        looker = await Looker(hub, ada).open("queue.mine")
        loop = asyncio.get_running_loop()

        def see(people):
            seen(people)
            noted.append(people)
            loop.call_soon_threadsafe(looker.news.set)

        monkeypatch.setattr(presence, "seen", see)
        head = await asyncio.to_thread(positions.head)
        await looker.until(lambda: bool(noted))
        assert await asyncio.to_thread(positions.head) == head

    with_hub(story)
    assert SupportAvailability.objects.get(user=ada).last_seen_at >= before
    assert SupportAvailability.objects.get(user=ben).last_seen_at is None


def test_what_a_page_says_of_its_reader_is_stored(ada, ben, monkeypatch):
    monkeypatch.setattr(periodic, "ATTENTION_SECONDS", 0.05)
    ticket, stored = make_ticket(assignee=ada), attention.record

    async def story(hub):
        looker = await Looker(hub, ada).open(f"ticket.{ticket.pk}")
        loop = asyncio.get_running_loop()
        kept = []

        def record(signs):
            kept.append(stored(signs))
            loop.call_soon_threadsafe(looker.news.set)

        monkeypatch.setattr(attention, "record", record)
        hub.attended(looker.connection, wire.Attending((("ticket", ticket.pk, True),)))
        await looker.until(lambda: bool(kept))
        assert kept == [1]

    with_hub(story)
    sign = WorkAttention.objects.get(user=ada, kind="ticket", work_id=ticket.pk)
    assert sign.drafted_at is not None


def test_a_deadline_that_comes_near_is_counted_at_that_moment(ada, monkeypatch):
    monkeypatch.setattr(periodic, "TIME_SECONDS", 0.05)
    ticket = make_ticket(assignee=ada)

    def nearly_near():
        with quietly():
            Ticket.objects.filter(pk=ticket.pk).update(next_due_at=now() + DUE_SOON + timedelta(seconds=0.2))

    async def story(hub):
        looker = await Looker(hub, ada).open("queue.mine")
        await asyncio.to_thread(nearly_near)
        await looker.until(lambda: looker.shows("queue-mine-head"))
        [head] = [part for part in looker.parts if part["id"] == "queue-mine-head"]
        assert "<dd>1</dd>" in head["html"]

    with_hub(story)


def test_one_of_two_tabs_is_enough_and_who_has_none_is_away(ada, ben, monkeypatch):
    for agent in (ada, ben):
        make_unseen(agent, timedelta(minutes=3), settled=False)
    monkeypatch.setattr(periodic, "PRESENCE_SECONDS", 0.05)
    look, looked = presence.refresh, []

    async def story(hub):
        looker, tab = [await Looker(hub, ada).open("queue.mine") for _ in range(2)]
        hub.sockets.leave(tab.connection)
        loop = asyncio.get_running_loop()

        def refresh(people):
            look(people)
            looked.append(people)
            loop.call_soon_threadsafe(looker.news.set)

        monkeypatch.setattr(presence, "refresh", refresh)
        await looker.until(lambda: bool(looked))

    with_hub(story)
    found = SupportAvailability.objects.filter(user__in=[ada, ben]).order_by("user").values_list("state", "why_not")
    assert looked[0] == {ada.pk}
    assert list(found) == [("online", ""), ("away", "unseen")]
