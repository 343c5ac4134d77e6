"""Hellos wait for their turn: of each socket the newest, of each person one at a time."""

import threading

import pytest

from console.live import rendering, sockets, wire
from console.live.connection import Connection
from console.live.hello_pace import BURST, Pace
from console.live.waiting_hellos import WaitingHellos
from support_management.people.viewer import Viewer
from support_management.tickets import triage
from tests.factories import make_ticket
from tests.live.hubs import Looker, with_hub


def socket(person: int = 1) -> Connection:
    connection = Connection(key="k", viewer=Viewer(person, "support", True, False), send=None, close=None)
    connection.pace = Pace(100.0)
    return connection


def hello(resume: int) -> wire.Hello:
    return wire.Hello(resume, "e", ())


def test_five_answers_at_once_then_one_a_second():
    pace = Pace(100.0)
    for _ in range(BURST):
        assert pace.due_in(100.0) == 0
        pace.take(100.0)
    assert pace.due_in(100.0) == 1
    assert pace.due_in(100.75) == 0.25
    pace.take(101.0)
    assert pace.due_in(101.0) == 1
    assert pace.due_in(200.0) == 0


def test_only_the_newest_of_a_socket_is_answered():
    waiting, connection = WaitingHellos(), socket()
    for resume in range(18):
        waiting.add(connection, hello(resume))
    assert waiting.take(100.0) == [(connection, hello(17))]
    assert waiting.due_in(100.0) is None


def test_what_the_hub_has_found_out_is_answered_with_what_the_page_says():
    waiting, connection = WaitingHellos(), socket()
    waiting.add_unless_waiting(connection, wire.Hello(3, "e", (), by_page=False))
    waiting.add(connection, hello(7))
    assert waiting.take(100.0) == [(connection, hello(3))]
    waiting.add_unless_waiting(connection, wire.Hello(3, "of another history", (), by_page=False))
    waiting.add(connection, hello(7))
    assert waiting.take(100.0) == [(connection, hello(7))]


def test_a_socket_that_says_too_much_waits_while_others_are_answered():
    waiting, loud, quiet = WaitingHellos(), socket(1), socket(2)
    for _ in range(BURST):
        waiting.add(loud, hello(1))
        waiting.take(100.0)
    waiting.add(loud, hello(2))
    assert (waiting.take(100.0), waiting.due_in(100.0)) == ([], 1)
    waiting.add(quiet, hello(3))
    assert waiting.take(100.0) == [(quiet, hello(3))]
    assert waiting.take(101.0) == [(loud, hello(2))]


def test_a_person_with_many_sockets_is_answered_one_by_one():
    waiting, many, other = WaitingHellos(), [socket(1) for _ in range(40)], socket(2)
    for connection in many:
        waiting.add(connection, hello(1))
    waiting.add(other, hello(1))
    assert waiting.take(100.0) == [(many[0], hello(1)), (other, hello(1))]
    assert waiting.due_in(100.0) == 0
    waiting.add(many[1], hello(2))
    assert waiting.take(100.0) == [(many[2], hello(1))], "who asks again stands at the end"


def test_what_the_hub_finds_out_and_what_failed_never_replace_what_the_page_said():
    waiting, connection = WaitingHellos(), socket()
    waiting.add(connection, hello(1))
    waiting.add_unless_waiting(connection, hello(9))
    failed = waiting.take(100.0)
    assert failed == [(connection, hello(1))]
    waiting.put_back(failed)
    waiting.add(connection, hello(2))
    waiting.put_back(failed)
    assert waiting.take(100.0) == [(connection, hello(2))]


def test_a_socket_that_is_gone_waits_no_more():
    waiting, connection = WaitingHellos(), socket()
    waiting.add(connection, hello(1))
    connection.closed = True
    assert waiting.due_in(100.0) is None
    assert waiting.take(100.0) == []


@pytest.mark.django_db(transaction=True)
class TestInAHub:
    def test_the_loop_computes_no_dirt_of_a_hello(self, ada, monkeypatch):
        threads, of_events = [], rendering.dirt_since

        def watched(events):
            events = list(events)
            if len(events) > 1:
                threads.append(threading.current_thread().name)
            return of_events(events)

        monkeypatch.setattr(rendering, "dirt_since", watched)
        ticket = make_ticket()
        triage.set_priority(ticket=ticket.pk, priority="high", by=ada)

        async def story(hub):
            await Looker(hub, ada).open("queue.unassigned", resume=hub.tail.floor)

        with_hub(story)
        assert threads
        assert all(name.startswith("live") for name in threads)

    def test_a_person_has_thirty_sockets_and_a_colleague_theirs(self, ada, ben, monkeypatch):
        monkeypatch.setattr(sockets, "MOST_PER_PERSON", 2)

        async def story(hub):
            for _ in range(2):
                looker = await Looker(hub, ada).open("queue.mine")
            with pytest.raises(wire.Refused, match=str(wire.TOO_MANY)):
                await Looker(hub, ada).open("queue.mine")
            await Looker(hub, ben).open("queue.mine")
            hub.sockets.leave(looker.connection)
            await Looker(hub, ada).open("queue.mine")

        with_hub(story)
