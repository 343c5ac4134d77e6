"""The database is restored under a running desk: every page hears of another history, and follows it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from console.live import periodic, rendering, tail, wire
from console.live.hub import Hub
from support_management.core.outside_mark import Mark, outside_mark
from support_management.events import history, positions
from support_management.events.models import DomainEvent
from tests.factories import make_ticket
from tests.live.hubs import Looker, with_hub
from tests.restoring import happen, restored
from tests.servers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def epochs_heard(looker: Looker) -> list[str]:
    return list(dict.fromkeys(message["epoch"] for message in looker.messages if "epoch" in message))


def restore_under(hub: Hub, *, then: int = 0) -> None:
    """Restore what the hub has followed already."""
    with restored(then=then):
        happen(3)
        wait_for(lambda: hub.tail.pos == positions.head(), within=5, what="the hub has followed")


def with_late_hub(story: Callable) -> None:
    """Run the story with a hub that stands at the head, and reads no event after that."""

    async def play():
        async with late_hub() as hub:
            await story(hub)

    outside_mark.forget()
    asyncio.run(play())


@contextlib.asynccontextmanager
async def late_hub() -> AsyncIterator[Hub]:
    hub = Hub()
    await hub.tail.start()
    try:
        yield hub
    finally:
        await hub.thread.close()


@pytest.mark.parametrize("then", [0, 3, 7], ids=["fewer", "as many", "more"])
def test_every_page_hears_of_it_once_and_follows_whatever_number_of_events_is_there(ada, ben, then):
    happen(2)

    async def story(hub):
        lookers = [await Looker(hub, user).open("queue.unassigned") for user in (ada, ben)]
        await asyncio.to_thread(restore_under, hub, then=then)
        for looker in lookers:
            await looker.until(lambda looker=looker: len(epochs_heard(looker)) == 2)
        ticket = await asyncio.to_thread(make_ticket)
        for looker in lookers:
            await looker.until(lambda looker=looker: looker.shows(f"queue-unassigned-ticket-{ticket.pk}"))
            assert epochs_heard(looker)[1:] == [await asyncio.to_thread(positions.epoch)]

    with_hub(story)


def test_a_database_that_takes_the_place_of_one_without_events_is_noticed():
    happen(3)
    assert len(tail._read(Mark(positions.epoch()))) == 3
    assert tail._read(Mark("of a desk on which nothing had happened")) is None


def test_a_second_restore_is_noticed_like_the_first(ada):
    happen(2)

    async def story(hub):
        looker = await Looker(hub, ada).open("queue.unassigned")
        for restores in (1, 2):
            await asyncio.to_thread(restore_under, hub)
            await looker.until(lambda restores=restores: len(epochs_heard(looker)) == restores + 1)

    with_hub(story)


def test_a_page_beyond_the_head_begins_a_new_history_for_all(ada, ben):
    """The mark is lost as well: only the page knows."""
    happen(2)

    async def story(hub):
        other = await Looker(hub, ben).open("queue.unassigned")
        before, head = await asyncio.to_thread(lambda: (positions.epoch(), positions.head()))
        looker = await Looker(hub, ada).open("queue.unassigned", resume=head + 500, epoch=before)
        await other.until(lambda: len(epochs_heard(other)) == 2)
        assert any("refetch" in message for message in looker.messages)
        assert epochs_heard(looker) == epochs_heard(other)[1:]
        assert await asyncio.to_thread(positions.head) > head + 500

    with_hub(story)


def test_who_claims_it_again_only_fetches_alone(ada, ben):
    """Anybody who is signed in can claim it; the desk does not begin anew each time."""
    happen(2)

    async def story(hub):
        other = await Looker(hub, ben).open("queue.unassigned")
        for pos in (10**6, 10**17):
            history = hub.tail.epoch
            looker = await Looker(hub, ada).open("queue.unassigned", resume=pos, epoch=history)
            assert any("refetch" in message for message in looker.messages)
        await other.until(lambda: len(epochs_heard(other)) == 2)
        assert (await asyncio.to_thread(positions.epochs))[-1] == history
        assert hub.tail.pos < 2**53, "a number that a browser knows exactly"

    with_hub(story)


def test_a_page_that_another_web_process_has_told_more_is_no_restore():
    happen(2)

    async def story(hub):
        await asyncio.to_thread(happen, 5)
        head = await asyncio.to_thread(positions.head)
        assert hub.tail.pos == head - 5, "this process is late"
        assert await hub._reached([wire.Hello(head, hub.tail.epoch, ())]) == head
        assert await asyncio.to_thread(positions.epoch) == hub.tail.epoch

    with_late_hub(story)


@pytest.mark.parametrize("another", [True, False], ids=["another history", "the same"])
def test_a_page_whose_hello_is_answered_while_the_tail_goes_to_the_head_is_fetched(ada, another):
    """What happened since its position is in no batch: another process has begun that history, or the tail failed."""
    happen(2)

    async def story(hub):
        if another:
            await asyncio.to_thread(history.begin_new)
        run = hub.thread.run

        async def run_late(function, *args):
            if getattr(function, "func", None) is rendering.welcome:
                await asyncio.to_thread(happen)
                await hub.tail.start()
            return await run(function, *args)

        hub.thread.run = run_late
        hub._started.set()
        painting = asyncio.create_task(hub.paint())
        looker = await Looker(hub, ada).open("queue.unassigned")
        painting.cancel()
        assert any("refetch" in message for message in looker.messages)
        assert epochs_heard(looker) == [await asyncio.to_thread(positions.epoch)]

    with_late_hub(story)


def test_a_page_of_another_history_makes_this_process_look_at_once(ada):
    async def story(hub):
        await asyncio.to_thread(history.begin_new)
        head, epoch = await asyncio.to_thread(lambda: (positions.head(), positions.epoch()))
        await hub._reached([wire.Hello(head, epoch, ())])
        assert hub.tail._hinted.is_set()

    with_late_hub(story)


def test_a_process_that_slept_for_longer_than_events_are_kept_begins_no_history():
    happen(2)

    async def story(hub):
        await asyncio.to_thread(happen, 2)
        old = DomainEvent.objects.filter(pos__lte=hub.tail.pos)
        await asyncio.to_thread(lambda: old._raw_delete(old.db))
        assert [batch async for batch in hub.tail.batches()] == [], "what it missed is fetched, not skipped"
        assert await hub.tail.start() is False

    with_late_hub(story)


def test_a_start_on_an_older_copy_is_noticed_by_the_mark():
    happen(2)

    async def story(before):
        outside_mark.keep(before.tail.place)
        async with late_hub() as same:
            assert (same.tail.epoch, same.tail.pos) == (before.tail.epoch, before.tail.pos)
        newest = DomainEvent.objects.filter(pos=before.tail.pos)
        await asyncio.to_thread(lambda: newest._raw_delete(newest.db))
        async with late_hub() as other:
            assert other.tail.epoch != before.tail.epoch
            assert other.tail.pos > before.tail.pos
        async with late_hub() as again:
            assert again.tail.epoch == other.tail.epoch, "once"

    with_late_hub(story)


def test_the_mark_follows_the_history(ada, monkeypatch):
    monkeypatch.setattr(periodic, "MARK_SECONDS", 0.01)

    async def story(hub):
        ticket = await asyncio.to_thread(make_ticket)

        def noted():
            mark = outside_mark.read() or Mark()
            return mark.pos == positions.head() and mark.numbers["support_management_ticket"] == ticket.pk

        await asyncio.to_thread(wait_for, noted, within=5, what="the mark is at the head")

    with_hub(story)


class TestReadiness:
    """The path of this process is ok only while it follows the database that answers."""

    def tail(self, client) -> str:
        return client.get("/readyz").json()["parts"]["tail"]

    def test_a_restored_database_is_not_followed_until_the_tail_says_so(self, client):
        happen(2)

        async def story(hub):
            await asyncio.to_thread(wait_for, lambda: self.tail(client) == "ok", within=5, what="followed")

        with_hub(story)
        assert self.tail(client) == "ok"
        row = DomainEvent.objects.filter(pos=positions.head())
        row._raw_delete(row.db)
        assert self.tail(client) == "follows another history"
