"""`load_demo --tickets N` beside the running product."""

import pytest

from support_management.analytics import dashboards
from support_management.core.time import now
from support_management.management.demo import top_up
from support_management.models import DomainEvent, OrderDisputeSLA, SupportNotification, Ticket, User
from support_management.people.viewer import viewer_of
from support_management.sla.lifecycle import sweep
from support_management.tickets import queries
from support_management.tickets.lane_counts import LaneCounts

DEMO = ("agent1", "agent2", "lead")


def open_work() -> list:
    return list(Ticket.objects.filter(is_open=True).order_by("pk").values())


def seen_by(username: str) -> tuple:
    viewer = viewer_of(User.objects.get(username=username))
    lanes = {slug: list(queries.lane(slug, viewer).values_list("pk", flat=True)) for slug in queries.LANES}
    return lanes, LaneCounts().of(viewer), list(queries.visible_to(viewer).filter(assignee=viewer.id).values_list("pk"))


@pytest.fixture
def quick(monkeypatch):
    """The same top-up with small figures: open work up to number 330, history behind it."""
    monkeypatch.setattr(top_up, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(top_up, "BATCH_SIZE", 20)
    monkeypatch.setattr(top_up.ticket_plan, "FIRST_HISTORY", 330)
    monkeypatch.setattr(top_up.ticket_plan, "OPEN_IN_ALL", 320)


def grow_to(tickets: int) -> list[int]:
    return list(top_up.top_up(tickets=tickets, seed=1, moment=now()))


@pytest.mark.django_db
class TestTopUp:
    def test_there_are_as_many_as_asked_for(self, demo, quick):
        assert grow_to(310)[-1] == Ticket.objects.count() == 310

    def test_it_goes_in_short_transactions(self, demo, quick):
        assert grow_to(400) == [320, 330, 340, 360, 380, 400]

    def test_asking_again_adds_nothing(self, demo, quick):
        grow_to(400)
        assert grow_to(400) == []
        assert grow_to(100) == []

    def test_open_work_comes_whole_so_that_it_never_changes_again(self, demo, quick):
        grow_to(320)
        assert Ticket.objects.count() == 330
        before = open_work()
        grow_to(450)
        assert Ticket.objects.count() == 450
        assert open_work() == before

    def test_everybody_sees_the_same_rows_with_more_history(self, demo, quick):
        grow_to(320)
        before = [seen_by(username) for username in DEMO]
        grow_to(450)
        assert [seen_by(username) for username in DEMO] == before

    def test_what_the_demo_people_hold_stays_the_same(self, demo, quick):
        held = list(Ticket.objects.filter(assignee__username__in=DEMO).values())
        grow_to(450)
        assert list(Ticket.objects.filter(assignee__username__in=DEMO).values()) == held

    def test_history_is_done_and_has_its_clocks_and_words(self, demo, quick):
        grow_to(450)
        more = Ticket.objects.order_by("pk")[330:]
        assert {row.status for row in more} == {"closed"}
        clocks = OrderDisputeSLA.objects.filter(ticket__in=[row.pk for row in more])
        assert clocks.count() == 240
        assert set(clocks.values_list("state", flat=True)) == {"met", "breached"}
        assert not clocks.filter(is_open=True).exists()
        assert all(row.messages.count() >= 4 for row in more[:20])

    def test_nothing_fires_and_nobody_is_told(self, demo, quick):
        grow_to(450)
        assert sweep.fire_due() == 0
        assert not SupportNotification.objects.exists()

    def test_no_dashboard_has_drifted(self, demo, quick):
        grow_to(450)
        assert dashboards.check_all() == 0
        assert User.objects.get(username="past2").dashboard.tickets_handled == 70

    def test_screens_are_told_of_open_work_only(self, demo, quick):
        start = DomainEvent.objects.count()
        grow_to(330)
        assert "RecordsChanged" in kinds_since(start)
        start = DomainEvent.objects.count()
        grow_to(400)
        assert kinds_since(start) == {"DashboardRefreshed"}


def kinds_since(start: int) -> set[str]:
    return set(DomainEvent.objects.order_by("pk")[start:].values_list("kind", flat=True))


@pytest.mark.django_db
class TestTheWholePlan:
    def test_of_100_000_tickets_2_000_are_open_and_at_most_60_urgent(self):
        from support_management.management.demo.tickets import ticket_plan

        plans = [ticket_plan.plan(1, index) for index in range(4000)]
        work = [plan for plan in plans if plan.is_open]
        assert len(work) == 2000
        assert sum(plan.priority == 1 for plan in work) <= 60
        assert max(plan.index for plan in work) == ticket_plan.FIRST_HISTORY - 1
        assert top_up.target(2000) == ticket_plan.FIRST_HISTORY
        assert top_up.target(100_000) == 100_000
        assert top_up.target(500) == 500
