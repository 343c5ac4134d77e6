"""Events have a final order: nothing skipped, nothing twice."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from support_management.core.errors import NotAllowed
from support_management.core.time import now
from support_management.events import positions
from support_management.events.bus import committed, publish
from support_management.events.catalogue import DashboardRefreshed, TicketCreated
from support_management.events.models import DomainEvent, Epoch
from support_management.events.retention import drop_older_than
from tests.concurrency import at_once, errors
from tests.factories import make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def tell(number: int = 1) -> None:
    with transaction.atomic():
        publish(DashboardRefreshed(agent_id=number))


class TestPublish:
    def test_only_inside_the_transaction_of_the_change(self, transactional_db):
        with pytest.raises(RuntimeError):
            publish(DashboardRefreshed(agent_id=1))

    def test_listeners_hear_after_commit_and_cannot_fail_it(self, transactional_db):
        heard = []

        def listen(event, **_):
            heard.append((event, connection.in_atomic_block))
            raise RuntimeError("a listener in trouble")

        committed.connect(listen)
        try:
            with transaction.atomic():
                publish(DashboardRefreshed(agent_id=5))
                assert heard == []
        finally:
            committed.disconnect(listen)
        assert heard == [(DashboardRefreshed(agent_id=5), False)]

    def test_an_event_that_another_build_wrote_still_has_its_place(self, db):
        tell()
        positions.place()
        pos = positions.head()
        for at, (kind, payload) in enumerate([("Gone", {}), ("TicketCreated", {"ticket_id": 1, "colour": "red"})]):
            DomainEvent.objects.create(pos=pos + 1 + at, kind=kind, payload=payload)
        assert [placed.event for placed in positions.since(pos)] == [None, None]

    def test_it_comes_back_across_versions_published(self, db):
        row = make_ticket()
        positions.place()
        events = [placed.event for placed in positions.since(0)]
        assert TicketCreated(ticket_id=row.pk, by_id=None) in events


class TestPosition:
    def test_one_after_the_other_without_a_gap(self, db):
        for _ in range(3):
            tell()
        positions.place()
        places = [placed.pos for placed in positions.since(0)]
        assert places == list(range(1 if not places else places[0], places[-1] + 1))

    def test_a_rolled_back_change_takes_no_position(self, transactional_db):
        tell()
        positions.place()
        head = positions.head()
        with transaction.atomic():
            publish(DashboardRefreshed(agent_id=2))
            transaction.set_rollback(True)
        tell()
        positions.place()
        assert positions.head() == head + 1

    @pytest.mark.django_db(transaction=True)
    def test_eight_writers_and_three_readers_agree_on_every_event(self):
        seen: list[list] = [[] for _ in range(3)]
        done = threading.Event()
        start = positions.head()
        readers = [threading.Thread(target=follow, args=(start, seen[at], done)) for at in range(3)]
        for reader in readers:
            reader.start()
        results = at_once(*(partial(tell_many, 25) for _ in range(8)))
        done.set()
        for reader in readers:
            reader.join()
        assert errors(results) == []
        for places in seen:
            assert places == list(range(start + 1, start + 201))

    @pytest.mark.django_db(transaction=True)
    def test_who_commits_late_comes_later_and_is_not_lost(self):
        if connection.vendor == "sqlite":
            tell()  # one writer at a time: nothing can overlap
            assert positions.head() == DomainEvent.objects.count()
            return
        inside, go_on = threading.Event(), threading.Event()
        slow = threading.Thread(target=tell_slowly, args=(inside, go_on))
        slow.start()
        inside.wait(10)
        tell(2)
        positions.place()
        first = positions.head()
        go_on.set()
        slow.join()
        positions.place()
        late = positions.since(first)
        assert [placed.event for placed in late] == [DashboardRefreshed(agent_id=1)]
        assert late[0].pos == first + 1


class TestRetention:
    def test_old_events_go_and_the_head_stays(self, db):
        for _ in range(4):
            tell()
        positions.place()
        head = positions.head()
        make_old_events()
        assert drop_older_than(timedelta(hours=settings.KEEP_EVENTS_HOURS)) == DomainEvent.objects.count() + 2
        assert (positions.head(), positions.tail_start()) == (head, head)
        tell()
        positions.place()
        assert positions.head() == head + 1

    def test_young_events_stay(self, db):
        tell()
        assert drop_older_than(timedelta(hours=24)) == 0

    def test_nobody_else_deletes_or_changes_them(self, db):
        tell()
        for change in (DomainEvent.objects.all().delete, lambda: DomainEvent.objects.update(kind="x")):
            with refused("append_only", NotAllowed):
                change()

    def test_the_history_has_an_identity(self, db):
        assert positions.epoch() == str(Epoch.objects.get().value)


def make_old_events() -> None:
    table = DomainEvent._meta.db_table
    with connection.cursor() as cursor:
        old = connection.ops.adapt_datetimefield_value(now() - timedelta(days=2))
        cursor.execute(f"UPDATE {table} SET created_at = %s", [old])


def tell_many(number: int) -> None:
    for at in range(number):
        tell(at)


def tell_slowly(inside: threading.Event, go_on: threading.Event) -> None:
    try:
        with transaction.atomic():
            publish(DashboardRefreshed(agent_id=1))
            inside.set()
            go_on.wait(10)
    finally:
        connections.close_all()


def follow(start: int, places: list[int], done: threading.Event) -> None:
    """Read as the tail does, until the writers are done and nothing is left."""
    at = start
    try:
        while True:
            finished = done.is_set()
            positions.place()
            new = positions.since(at)
            places += [placed.pos for placed in new]
            at = places[-1] if places else at
            if finished and not new:
                return
    finally:
        connections.close_all()
