"""`load_demo` on an empty desk."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F

from support_management.analytics import dashboards
from support_management.disputes import order_status
from support_management.models import (
    DashboardDrift,
    Dispute,
    DomainEvent,
    Order,
    OrderDisputeSLA,
    SLAEvent,
    SupportNotification,
    SupportWorkloadTracker,
    Ticket,
    TicketMessage,
    User,
)
from support_management.people.viewer import viewer_of
from support_management.routing.dispatch import reassign_absent
from support_management.routing.models import ReassignmentLog
from support_management.routing.record import load_recount
from support_management.sla.lifecycle import sweep
from support_management.sla.repair import reconcile
from support_management.tasks import close_resolved_tickets
from support_management.tickets import queries
from support_management.tickets.status import IS_OPEN
from tests.demo.snapshot import story_of_the_desk


@pytest.mark.django_db
class TestTheDemo:
    def test_there_are_300_tickets_and_120_are_open(self, demo):
        assert Ticket.objects.count() == 300
        assert Ticket.objects.filter(is_open=True).count() == 120
        assert 0 < Ticket.objects.filter(priority=1).count() <= 20

    def test_the_four_who_sign_in_have_their_roles(self, demo):
        roles = dict(
            User.objects.filter(username__in=["agent1", "agent2", "lead", "admin"]).values_list("username", "role")
        )
        assert roles == {"agent1": "support", "agent2": "support", "lead": "lead", "admin": "admin"}
        assert all(user.check_password("for the demo only") for user in User.objects.filter(username__in=roles))
        assert not User.objects.exclude(username__in=roles).get(username="priya").has_usable_password()

    @pytest.mark.parametrize("username", ["agent1", "agent2"])
    def test_an_agent_has_work_and_room_for_more(self, demo, username):
        agent = User.objects.get(username=username)
        assert queries.lane("mine", viewer_of(agent)).count() >= 3
        assert queries.lane("unassigned", viewer_of(agent)).count() >= 40
        assert queries.lane("overdue", viewer_of(agent)).exists()
        assert agent.support_profile.capacity == 8
        assert agent.workload.load <= 4

    def test_every_state_of_a_deadline_is_on_the_board(self, demo):
        states = set(Ticket.objects.filter(is_open=True).values_list("due_state", flat=True))
        assert states == {"on_track", "due_soon", "at_risk", "breached", "paused"}
        assert set(Ticket.objects.values_list("status", flat=True)) == {*IS_OPEN, "resolved", "closed"}

    def test_threads_disputes_and_orders_are_there(self, demo):
        assert {*TicketMessage.objects.values_list("kind", flat=True)} == {"reply", "note", "requester", "system"}
        assert Dispute.objects.filter(is_open=True, external_deadline__isnull=False).count() >= 5
        assert Order.objects.filter(status="disputed").count() == Dispute.objects.filter(is_open=True).count()
        assert not TicketMessage.objects.filter(body__contains="{").exists()

    def test_orders_stand_where_their_disputes_have_left_them(self, demo):
        for row in Dispute.objects.select_related("order").prefetch_related("resolutions"):
            [refund] = [log.refund_amount for log in row.resolutions.all()] or [0]
            left = order_status.following(row, row.status, full_refund=refund == row.order.amount)
            assert row.order.status == ("disputed" if row.is_open else left), row
            clock = OrderDisputeSLA.objects.get(order=row.order)
            assert (clock.is_open, clock.completed_at) == (row.is_open, row.resolved_at), row

    def test_nothing_lies_in_the_future(self, demo):
        assert not TicketMessage.objects.filter(created_at__gt=demo).exists()
        assert not SLAEvent.objects.filter(at__gt=demo).exists()
        assert not Ticket.objects.filter(updated_at__gt=demo).exists()

    def test_every_thread_is_in_order_of_time(self, demo):
        for ticket in Ticket.objects.prefetch_related("messages"):
            moments = [message.created_at for message in sorted(ticket.messages.all(), key=lambda row: row.pk)]
            assert moments == sorted(moments), ticket


@pytest.mark.django_db
class TestAgain:
    def test_loading_again_changes_nothing(self, demo, capsys):
        before = story_of_the_desk()
        call_command("load_demo")
        assert story_of_the_desk() == before
        assert "nothing was loaded" in capsys.readouterr().out


@pytest.mark.django_db
class TestNothingHappensBecauseOfIt:
    def test_no_threshold_fires_and_nobody_is_told(self, demo):
        assert OrderDisputeSLA.objects.filter(is_open=True, reached__gt=0).exists()
        assert sweep.fire_due() == 0
        assert not SupportNotification.objects.exists()

    def test_the_next_minutes_bring_the_next_threshold(self, demo):
        first = OrderDisputeSLA.objects.filter(is_open=True).order_by("next_fire_at").first()
        assert timedelta(seconds=120) < first.next_fire_at - demo < timedelta(minutes=15)

    def test_only_work_at_risk_that_nobody_has_begun_is_offered_to_others(self, demo):
        last = ReassignmentLog.objects.latest("pk").pk
        reassign_absent.move_work_of_absent()
        moved = ReassignmentLog.objects.filter(pk__gt=last)
        assert set(moved.values_list("cause", flat=True)) <= {"sla_risk"}
        assert moved.count() < 6

    def test_nothing_is_closed_at_once(self, demo):
        assert close_resolved_tickets() == 0

    def test_one_event_per_kind_says_it(self, demo):
        kinds = DomainEvent.objects.filter(kind="RecordsChanged").values_list("payload__kind", flat=True)
        assert sorted(kinds) == ["dispute", "order", "paymentissuelog", "ticket", "user", "website"]
        assert not DomainEvent.objects.filter(kind__in=["RecordChanged", "TicketCreated", "ClockReached"]).exists()


@pytest.mark.django_db
class TestItAddsUp:
    def test_no_dashboard_has_drifted(self, demo):
        assert dashboards.check_all() == 0
        assert not DashboardDrift.objects.exists()
        assert User.objects.get(username="agent1").dashboard.resolved_today >= 0

    def test_the_load_is_what_a_recount_finds(self, demo):
        before = dict(SupportWorkloadTracker.objects.values_list("user__username", "load"))
        load_recount.all_loads()
        assert dict(SupportWorkloadTracker.objects.values_list("user__username", "load")) == before

    def test_nobody_carries_more_than_they_can(self, demo):
        assert not SupportWorkloadTracker.objects.filter(load__gt=F("user__support_profile__capacity")).exists()

    def test_the_clocks_are_as_the_engine_would_leave_them(self, demo):
        before = list(OrderDisputeSLA.objects.order_by("pk").values())
        rows = list(Ticket.objects.order_by("pk").values("pk", "next_due_at", "due_state", "due_metric"))
        for row in rows[::3]:
            reconcile.ticket(row["pk"])
        assert list(OrderDisputeSLA.objects.order_by("pk").values()) == before
        assert list(Ticket.objects.order_by("pk").values("pk", "next_due_at", "due_state", "due_metric")) == rows

    def test_the_history_of_a_clock_says_what_the_clock_says(self, demo):
        for clock in OrderDisputeSLA.objects.prefetch_related("history"):
            kinds = [event.kind for event in clock.history.all()]
            assert kinds[0] == "started"
            assert kinds[1 : 1 + clock.reached] == ["warned", "at_risk", "breached"][: clock.reached]
            assert ("met" in kinds) == (clock.completed_at is not None)
