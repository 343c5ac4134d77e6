"""The lanes of the queue board: their rows, their figures, and what both cost."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet

from support_management.analytics import dashboards
from support_management.core.time import DUE_SOON, now
from support_management.core.writer_settings import exempted
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import queries
from support_management.tickets.lane_counts import LaneCounts
from support_management.tickets.models import Ticket, TicketParticipation, TicketType
from tests import cast
from tests.factories import make_agent

pytestmark = pytest.mark.django_db


def fill(number: int, *, done: int = 0, seed: int = 1) -> None:
    """Work of every kind, written at once: what is counted here needs no history."""
    chance, at = random.Random(seed), now()
    owners = [None, None, *User.objects.filter(role__in=["support", "lead"])]
    websites = [None, cast.north(), cast.south()]
    kind, client = TicketType.objects.first(), cast.cleo_of_north()
    rows = [
        Ticket(
            number=f"X-{seed}-{place}",
            subject=f"Question {place}",
            type=kind,
            requester=client,
            website=chance.choice(websites),
            assignee=chance.choice(owners),
            priority=chance.randint(1, 4),
            status="closed" if place >= number else chance.choice(["new", "open", "pending", "on_hold"]),
            next_due_at=at + timedelta(minutes=chance.randint(-500, 500)),
            created_at=at - timedelta(minutes=chance.randint(0, 5000)),
        )
        for place in range(number + done)
    ]
    QuerySet.bulk_create(Ticket.objects.all(), rows, batch_size=500)


def naive(viewer) -> dict:
    moment = now()
    facts = {}
    for slug in queries.LANES:
        rows = list(queries.lane(slug, viewer))
        soon = [row for row in rows if moment <= row.next_due_at <= moment + DUE_SOON]
        oldest = min((row.created_at for row in rows), default=None)
        facts[slug] = (len(rows), oldest, 0 if slug == "overdue" else len(soon))
    return facts


class TestLanes:
    def test_work_order_is_priority_then_due_then_age(self, lea):
        fill(60)
        for slug in queries.LANES:
            keys = [(row.priority, row.next_due_at, row.pk) for row in queries.lane(slug, viewer_of(lea))]
            assert keys == sorted(keys)

    def test_the_key_of_a_row_sorts_as_the_list_does(self, lea):
        fill(60)
        rows = list(queries.lane("high_priority", viewer_of(lea)))
        assert [row.order_key for row in rows] == sorted(row.order_key for row in rows)

    def test_pages_by_key_are_the_whole_list_without_doubles(self, lea):
        fill(50)
        lane, found, key = queries.lane("unassigned", viewer_of(lea)), [], (0, now(), 0)
        while page := list(queries.after(lane, key)[:7]):
            found += page
            key = (page[-1].priority, page[-1].next_due_at, page[-1].pk)
        assert found == list(lane)

    def test_a_row_in_hand_is_judged_as_the_list_does(self, ada, zoe, lea):
        fill(60)
        for person in (ada, zoe, lea):
            viewer = viewer_of(person)
            for slug in queries.LANES:
                listed = set(queries.lane(slug, viewer).values_list("pk", flat=True))
                rows = Ticket.objects.in_bulk()
                took_part = queries.participants(rows)
                judged = {pk for pk, row in rows.items() if queries.in_lane(slug, viewer, row, took_part[pk], now())}
                assert judged == listed


class TestFigures:
    @pytest.mark.parametrize("seed", range(4))
    def test_they_equal_naive_counting_for_everybody(self, seed, ada, zoe, lea):
        make_agent("third")
        fill(80, done=10, seed=seed)
        chance, everybody = random.Random(seed), list(User.objects.filter(role="support"))
        for row in Ticket.objects.order_by("?")[:40]:
            TicketParticipation.objects.get_or_create(
                ticket=row,
                user=chance.choice(everybody),
                defaults={"at": now() - timedelta(days=chance.randint(0, 20))},
            )
        counts = LaneCounts()
        for person in [*everybody, lea]:
            viewer = viewer_of(person)
            facts = {slug: (one.total, one.oldest_at, one.due_soon) for slug, one in counts.of(viewer).items()}
            assert facts == naive(viewer)

    def test_two_queries_however_many_people_look(self, ada, lea, django_assert_num_queries):
        fill(30)
        viewers = [viewer_of(ada), viewer_of(lea)]
        with django_assert_num_queries(2):
            counts = LaneCounts()
            for viewer in viewers:
                counts.of(viewer)

    def test_a_lane_is_one_query_however_long(self, ada, django_assert_num_queries):
        fill(50)
        viewer = viewer_of(ada)
        with django_assert_num_queries(1):
            for row in queries.for_rows(queries.lane("high_priority", viewer))[:100]:
                assert str(row.type)
                assert row.requester.name


class TestPlan:
    def test_every_board_reads_its_partial_index(self, ada, lea):
        """A desk that closes its tickets: few open among many."""
        if connection.vendor == "postgresql":  # what earlier tests rolled back still lies in table and indexes
            with exempted("*"), connection.cursor() as cursor:
                cursor.execute("TRUNCATE support_management_ticket CASCADE")
        fill(300, done=6000)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for viewer in (viewer_of(ada), viewer_of(lea)):
            for slug in queries.LANES:
                lane = queries.lane(slug, viewer)
                _reads_open_work_only(queries.for_rows(lane)[:101].explain())
                _reads_open_work_only(queries.after(lane, (2, now(), 5))[:101].explain())
        figures = Ticket.objects.filter(is_open=True).values("assignee_id", "website_id", "priority")
        _reads_open_work_only(figures.explain())
        assert _plan_of_a_dashboard(ada).count("open_by_") >= 3


def _plan_of_a_dashboard(agent) -> str:
    """An agent's own figures of open work come from the same indexes."""
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    facts = {"agent": agent.pk} | dict.fromkeys(("now", "midnight", "window"), dashboards.stored(now()))
    with connection.cursor() as cursor:
        cursor.execute(explain + dashboards.statement(connection.vendor), facts)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def _reads_open_work_only(plan: str) -> None:
    assert "open_by_" in plan, plan
    for line in plan.splitlines():
        everything = "Seq Scan on support_management_ticket " in line
        everything |= "SCAN support_management_ticket" in line and "INDEX" not in line
        assert not everything, plan
