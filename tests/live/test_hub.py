"""A change by anyone is on every screen that shows it, and on no other."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from django.db import OperationalError

from console.live import periodic, rendering, wire
from console.live.coalesce import Window
from support_management.events import positions
from support_management.people.models import User
from support_management.tickets import conversation, lane_counts, ownership
from support_management.tickets.models import Ticket
from tests import cast
from tests.factories import make_ticket
from tests.live.hubs import Looker, sign_in, with_hub
from tests.servers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_ticket_comes_to_every_board_that_may_show_it(ada, lea, zoe, cleo):
    async def story(hub):
        lookers = [await Looker(hub, user).open("queue.unassigned") for user in (ada, lea, zoe)]
        ticket = await asyncio.to_thread(make_ticket)
        row = f"queue-unassigned-ticket-{ticket.pk}"
        for looker in lookers[:2]:
            await looker.until(lambda looker=looker: looker.shows(row))
        assert not lookers[2].shows(row), "Zoe serves another website"

    with_hub(story)


def test_what_happened_between_page_and_socket_is_made_up_for(ada, cleo):
    positions.place()  # what the cast did is over before the page is asked for
    before = positions.head()
    ticket = make_ticket()

    async def story(hub):
        looker = await Looker(hub, ada).open("queue.unassigned", resume=before)
        assert looker.shows(f"queue-unassigned-ticket-{ticket.pk}")

    with_hub(story)


def test_another_history_is_fetched_anew(ada):
    async def story(hub):
        looker = await Looker(hub, ada).open("queue.mine", epoch="of a database that was restored over")
        assert any("refetch" in message for message in looker.messages)

    with_hub(story)


def test_a_pane_that_ada_may_not_see_stays_silent_and_says_nothing_about_itself(ada, zoe):
    ticket = make_ticket(assignee=zoe, website_id=cast.south().pk)

    async def story(hub):
        looker = await Looker(hub, ada).open(f"ticket.{ticket.pk}", "ticket.999999", "queue.unassigned")
        watcher = await Looker(hub, zoe).open(f"ticket.{ticket.pk}")
        await asyncio.to_thread(lambda: conversation.reply(ticket=ticket.pk, by=zoe, body="Only for who may see it"))
        await watcher.until(lambda: watcher.shows(f"ticket-{ticket.pk}-header"))
        assert not [part for part in looker.parts if "Only for" in part.get("html", "")]
        assert not looker.shows(f"ticket-{ticket.pk}-header")

    with_hub(story)


def test_the_pane_of_bens_ticket_follows_for_ada_and_her_board_stays_without_it(ada, ben):
    ticket = make_ticket(assignee=ben, priority="urgent")

    async def story(hub):
        looker = await Looker(hub, ada).open(f"ticket.{ticket.pk}", "queue.high_priority")
        await asyncio.to_thread(lambda: conversation.reply(ticket=ticket.pk, by=ben, body="On its way"))
        await looker.until(lambda: looker.shows(f"ticket-{ticket.pk}-header"))
        assert any("On its way" in part.get("html", "") for part in looker.parts)
        rows = [part for part in looker.parts if part["id"] == f"queue-high_priority-ticket-{ticket.pk}"]
        assert {part["swap"] for part in rows} <= {"delete"}

    with_hub(story)


def test_a_page_that_read_its_position_before_its_rows_loses_what_came_and_went_since(ada, ben):
    positions.place()  # what the cast did is over before the page is asked for
    before = positions.head()
    ticket = make_ticket()
    ownership.claim(ticket=ticket.pk, by=ben)

    async def story(hub):
        looker = await Looker(hub, ada).open("queue.unassigned", resume=before)
        gone = {"id": f"queue-unassigned-ticket-{ticket.pk}", "swap": "delete"}
        assert any(gone.items() <= part.items() for part in looker.parts)

    with_hub(story)


def test_a_page_opened_between_creation_and_assignment_loses_the_row(ada, ben, lea):
    async def story(hub):
        hub._rows = Window(0.5)
        await Looker(hub, lea).open("queue.unassigned")
        await asyncio.to_thread(make_ticket)  # painted at once; what follows waits for the window
        ticket = await asyncio.to_thread(make_ticket)
        await asyncio.to_thread(positions.place)
        looker = await Looker(hub, ada).open("queue.unassigned")
        await asyncio.to_thread(lambda: ownership.claim(ticket=ticket.pk, by=ben))
        gone = {"id": f"queue-unassigned-ticket-{ticket.pk}", "swap": "delete"}
        await looker.until(lambda: any(gone.items() <= part.items() for part in looker.parts))

    with_hub(story)


def test_what_becomes_due_while_the_database_is_away_is_counted_when_it_is_back(monkeypatch):
    monkeypatch.setattr(periodic, "TIME_SECONDS", 0.01)
    looks = []

    def look(since, until):
        looks.append((since, until))
        if len(looks) in (2, 3):
            raise OperationalError("away")
        return False

    async def story(hub):
        await asyncio.to_thread(wait_for, lambda: len(looks) > 4, within=5, what="the database is back")

    monkeypatch.setattr(lane_counts, "any_became_due_soon", look)
    with_hub(story)
    assert [since for since, _ in looks[1:5]] == [looks[0][1], looks[0][1], looks[0][1], looks[3][1]]


@asynccontextmanager
async def late_tail(hub):
    """Inside, the tail reads no event."""
    waits, go = asyncio.Event(), asyncio.Event()

    async def wait():
        waits.set()
        await go.wait()

    usual, hub.tail._wait = hub.tail._wait, wait
    hub.tail.ring()
    await waits.wait()
    yield
    hub.tail._wait = usual
    go.set()


def test_a_page_that_shows_what_the_hub_has_not_read_yet_loses_it_when_it_is_taken(ada, ben):
    async def story(hub):
        async with late_tail(hub):
            before = hub.tail.pos
            ticket = await asyncio.to_thread(make_ticket)
            looker = await Looker(hub, ada).open("queue.unassigned", resume=before)
            await asyncio.to_thread(lambda: ownership.claim(ticket=ticket.pk, by=ben))
            assert hub.tail.pos == before
        gone = {"id": f"queue-unassigned-ticket-{ticket.pk}", "swap": "delete"}
        await looker.until(lambda: any(gone.items() <= part.items() for part in looker.parts))

    with_hub(story)


def test_a_heartbeat_during_a_paint_hides_no_change(ada, monkeypatch):
    async def story(hub):
        looker = await Looker(hub, ada).open("queue.unassigned")
        run = hub.thread.run

        async def run_and_beat(function, *args):
            answer = await run(function, *args)
            if getattr(function, "func", None) is rendering.paint:
                await periodic.send_heartbeat(hub)
            return answer

        monkeypatch.setattr(hub.thread, "run", run_and_beat)
        ticket = await asyncio.to_thread(make_ticket)
        await looker.until(lambda: looker.shows(f"queue-unassigned-ticket-{ticket.pk}"))
        frames = [message for message in looker.messages if "parts" in message]
        first = next(frame for frame in frames if any("-list" in part.get("target", "") for part in frame["parts"]))
        told = [frame["pos"] for frame in frames[: frames.index(first)]]
        assert max(told) < first["parts"][0]["pos"], "nobody was told to have it before"

    with_hub(story)


@pytest.mark.parametrize(
    "end",
    [
        lambda looker: looker.user.__class__.objects.filter(pk=looker.user.pk).update(is_active=False),
        lambda looker: User.objects.filter(pk=looker.user.pk).update(role="client"),
        lambda looker: _new_password(looker.user),
        lambda looker: _end_session(looker.key),
    ],
    ids=["disabled", "demoted", "password changed", "signed out"],
)
def test_authority_ends_at_once_and_nothing_comes_after(ada, ben, end):
    async def story(hub):
        looker = await Looker(hub, ada).open("queue.unassigned")
        witness = await Looker(hub, ben).open("queue.unassigned")
        await asyncio.to_thread(end, looker)
        await looker.until(lambda: looker.closed_with == 4401)
        known = len(looker.messages)
        ticket = await asyncio.to_thread(make_ticket)
        await witness.until(lambda: witness.shows(f"queue-unassigned-ticket-{ticket.pk}"))
        assert len(looker.messages) == known

    with_hub(story)


def test_a_ticket_that_goes_out_of_sight_says_that_it_is_gone(ada, ben, lea, settings):
    settings.AGENTS_READ_ALL = False
    ticket = make_ticket()

    async def story(hub):
        looker = await Looker(hub, ada).open(f"ticket.{ticket.pk}")
        await asyncio.to_thread(lambda: ownership.assign(ticket=ticket.pk, to=ben, by=lea))
        await looker.until(lambda: bool(looker.parts))
        html = " ".join(part.get("html", "") for part in looker.parts)
        assert "no longer" in html
        assert ticket.subject not in html

    with_hub(story)


def test_more_than_a_hundred_rows_at_once_are_fetched_not_sent(ada):
    for _ in range(101):
        make_ticket()

    async def story(hub):
        looker = await Looker(hub, ada).open("queue.unassigned")
        await asyncio.to_thread(lambda: Ticket.objects.update(subject="All at once"))
        await looker.until(lambda: any("refetch" in message for message in looker.messages))

    with_hub(story)


def test_a_socket_of_a_stranger_gets_no_connection(cleo, db):
    async def story(hub):
        for key in ("no such session", await asyncio.to_thread(sign_in, cleo)):
            with pytest.raises(wire.Refused, match=str(wire.SIGNED_OUT)):
                await hub.sockets.enter(key, send=None, close=None)

    with_hub(story)


def _new_password(user: User) -> None:
    fresh = User.objects.get(pk=user.pk)
    fresh.set_password("another long sentence")
    fresh.save()


def _end_session(key: str) -> None:
    from django.contrib.sessions.models import Session

    Session.objects.get(pk=key).delete()
