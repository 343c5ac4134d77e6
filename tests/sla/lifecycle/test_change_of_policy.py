"""Another policy for work in progress: time served counts, nothing is due at once, a change can be set back."""

from datetime import UTC, datetime, timedelta

import pytest

from support_management.calendars import editing
from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.people.models import User, Website
from support_management.sla import policy_editing
from support_management.sla.clock.runs import TERMS
from support_management.sla.lifecycle import extension, follow_up, sweep
from support_management.sla.lifecycle.effect import of_change
from support_management.sla.models import OrderDisputeSLA, SLAEvent, SLAPolicy
from support_management.sla.policy_editing import PolicyValues
from support_management.sla.repair import verify
from support_management.tickets import conversation, triage
from support_management.tickets.models import Ticket
from tests.factories import make_dispute, make_order, make_ticket
from tests.invariants import assert_desk_is_right
from tests.sla.oracle import LONG, NIGHTS

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
START = datetime(2026, 11, 30, 9, tzinfo=UTC)


class Clock:
    at = START

    def __call__(self):
        return self.at

    def wait(self, length: timedelta) -> datetime:
        self.at += length
        return self.at


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


@pytest.fixture
def short(ira, db) -> SLAPolicy:
    """The first policy: one hour for everything that is tagged vip."""
    targets = [{"metric": metric, "minutes": 60} for metric in ("first_response", "next_response", "resolution")]
    return policy_editing.create(
        by=ira, values=PolicyValues(name="Short", position=1, conditions={"tag": "vip"}, targets=targets)
    )


def clock_of(metric: str = "first_response", **work) -> OrderDisputeSLA:
    return OrderDisputeSLA.objects.filter(**work, metric=metric).latest("cycle")


def kinds(row) -> list[str]:
    return list(SLAEvent.objects.filter(clock=row).order_by("id").values_list("kind", flat=True))


def assert_right():
    assert_desk_is_right()
    assert [str(one) for one in verify.differences()] == []


class TestTimeLeft:
    def test_what_would_be_due_at_once_gets_the_new_target_from_the_change(self, clock, ada):
        row = make_ticket(assignee=ada)
        clock.wait(10 * HOUR)
        conversation.reply(ticket=row.pk, by=ada, body="On it")
        changed = triage.set_priority(ticket=row.pk, priority="high", by=ada)
        resolution = clock_of("resolution", ticket=row)
        assert (resolution.state, resolution.due_at) == ("running", clock.at + 8 * HOUR)
        assert Ticket.objects.get(pk=changed.pk).due_at == clock.at + 8 * HOUR
        clock.wait(8 * HOUR + MINUTE)
        sweep.fire_due()
        assert clock_of("resolution", ticket=row).state == "breached"
        assert_right()

    def test_a_share_of_the_target_is_left_when_less_would_be(self, clock, ada):
        row = make_ticket(assignee=ada)
        clock.wait(50 * MINUTE)
        triage.set_priority(ticket=row.pk, priority="high", by=ada)
        assert clock_of(ticket=row).due_at == clock.at + 15 * MINUTE
        assert clock_of("resolution", ticket=row).due_at == START + 8 * HOUR  # time served counts
        assert_right()

    def test_it_gives_no_more_time_than_there_was_but_for_the_share(self, clock, ada):
        row = make_ticket(assignee=ada)
        clock.wait(3 * HOUR + 30 * MINUTE)
        triage.set_priority(ticket=row.pk, priority="high", by=ada)
        assert clock_of(ticket=row).due_at == START + 4 * HOUR
        assert_right()

    @pytest.mark.parametrize(("percent", "left"), [(0, 10), (50, 30), (100, 60)])
    def test_the_share_is_a_setting_of_the_policy(self, clock, ada, ira, short, percent, left):
        policy_editing.change(policy=short.pk, by=ira, values=PolicyValues(minimum_left_percent=percent))
        row = make_ticket(assignee=ada)
        clock.wait(55 * MINUTE)
        triage.set_tags(ticket=row.pk, tags=["VIP"], by=ada)
        assert clock_of(ticket=row).due_at == clock.at + left * MINUTE
        assert_right()

    def test_a_paused_clock_has_the_share_left_when_it_goes_on(self, clock, ada, cleo):
        row = make_ticket(assignee=ada)
        clock.wait(9 * HOUR)
        conversation.reply(ticket=row.pk, by=ada, body="Which one?", status="pending")
        triage.set_priority(ticket=row.pk, priority="high", by=ada)
        clock.wait(5 * HOUR)
        conversation.reply(ticket=row.pk, by=cleo, body="That one")
        resolution = clock_of("resolution", ticket=row)
        assert (resolution.state, resolution.due_at) == ("running", clock.at + 8 * HOUR)
        assert_right()

    def test_an_extension_stays_with_it(self, clock, ada, lea):
        row = make_ticket(assignee=ada)
        extension.extend(clock=clock_of(ticket=row).pk, by=lea, minutes=30, reason="Strike")
        triage.set_priority(ticket=row.pk, priority="high", by=ada)
        assert clock_of(ticket=row).due_at == START + 90 * MINUTE
        assert_right()

    def test_what_is_breached_stays_breached(self, clock, ada):
        row = make_ticket(assignee=ada, priority="urgent")
        clock.wait(HOUR)
        triage.set_priority(ticket=row.pk, priority="low", by=ada)
        assert (clock_of(ticket=row).state, clock_of(ticket=row).due_at) == ("breached", START + 30 * MINUTE)
        assert_right()


def _write(model, **values):
    return lambda pk: model.objects.filter(pk=pk).update(**values)


def _save(pk):
    row = Ticket.objects.get(pk=pk)
    row.priority = 1
    row.save()


def _segment(pk):
    User.objects.filter(pk=Ticket.objects.get(pk=pk).requester_id).update(segment="vip")


class TestEveryDoor:
    @pytest.mark.parametrize(
        "act",
        [
            lambda pk: triage.set_tags(ticket=pk, tags=["vip"], by=None),
            lambda pk: triage.set_type(ticket=pk, type="payment", by=None),
            lambda pk: triage.set_priority(ticket=pk, priority="urgent", by=None),
            _write(Ticket, priority=1),
            _write(Ticket, channel="email"),
            lambda pk: Ticket.objects.filter(pk=pk).update(
                website=Website.objects.create(name="South", domain="s.example")
            ),
            _save,
            _segment,
        ],
        ids=["tags", "queue", "priority", "bulk priority", "channel", "website", "save", "segment"],
    )
    def test_no_change_makes_a_ticket_overdue(self, clock, short, act):
        row = make_ticket()
        south = Website.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
        twins = ({"type": "payment"}, {"channel": "email"}, {"website": south}, {"segment": "vip"})
        SLAPolicy.objects.bulk_create(
            SLAPolicy(name=f"Short {at}", position=0, conditions=asked, targets=short.targets, calendar=short.calendar)
            for at, asked in enumerate(twins)
        )
        clock.wait(3 * HOUR)
        act(row.pk)
        clocks = OrderDisputeSLA.objects.filter(ticket=row)
        assert set(clocks.values_list("state", flat=True)) == {"running"}
        assert all(one.retargets == 1 and one.due_at >= clock.at + one.target / 12 for one in clocks)
        assert_right()

    @pytest.mark.parametrize(
        ("make", "model", "kind"), [(make_dispute, Dispute, "dispute"), (make_order, Order, "order")]
    )
    def test_nor_a_dispute_or_an_order(self, clock, short, make, model, kind):
        row = make(status="on_hold") if kind == "order" else make()
        asked = {"kind": kind, "priority": "urgent"}
        SLAPolicy.objects.create(
            name="Now", position=0, conditions=asked, targets={"resolution": 60}, calendar=short.calendar
        )
        clock.wait(70 * HOUR)
        for rank, due_at in ((1, clock.at + HOUR), (3, START + 72 * HOUR)):
            model.objects.filter(pk=row.pk).update(priority=rank)
            found = clock_of("resolution", **{kind: row.pk})
            assert (found.state, found.due_at) == ("running", due_at)
        assert_right()

    def test_clocks_that_follow_a_stricter_policy_are_not_overdue_at_once(self, clock, ira):
        row = make_ticket()
        clock.wait(3 * HOUR)
        values = PolicyValues(targets=[{"metric": name, "minutes": 60} for name in ("first_response", "resolution")])
        policy = clock_of(ticket=row).policy
        assert follow_up.preview(policy_editing.preview(policy=policy.pk, values=values)).late == 2
        policy_editing.change(policy=policy.pk, by=ira, values=values, running="follow")
        follow_up.run_waiting()
        assert clock_of(ticket=row).due_at == clock_of("resolution", ticket=row).due_at == clock.at + HOUR
        assert_right()


class TestSetBack:
    @pytest.mark.parametrize("minutes", [0, 4, 10])
    def test_within_ten_minutes_it_is_as_it_was(self, clock, ada, minutes):
        row = make_ticket(assignee=ada)
        clock.wait(2 * HOUR)
        before = {one.metric: (one.due_at, one.target) for one in OrderDisputeSLA.objects.filter(ticket=row)}
        triage.set_priority(ticket=row.pk, priority="high", by=ada)
        triage.set_priority(ticket=row.pk, priority="urgent", by=ada)
        clock.wait(minutes * MINUTE)
        sweep.fire_due()
        triage.set_priority(ticket=row.pk, priority="normal", by=ada)
        after = OrderDisputeSLA.objects.filter(ticket=row)
        assert {one.metric: (one.due_at, one.target) for one in after} == before
        assert {one.state for one in after} == {"running"}
        changes = [kind for kind in kinds(after[0]) if kind in TERMS]
        assert changes == ["started", "retargeted", "retargeted", "restored"]
        assert_right()

    def test_later_it_is_a_change_like_any_other(self, clock, ada):
        row = make_ticket(assignee=ada)
        clock.wait(2 * HOUR)
        triage.set_priority(ticket=row.pk, priority="high", by=ada)
        clock.wait(11 * MINUTE)
        triage.set_priority(ticket=row.pk, priority="normal", by=ada)
        assert (kinds(clock_of(ticket=row))[-1], clock_of(ticket=row).due_at) == ("retargeted", START + 4 * HOUR)
        assert_right()

    def test_time_on_the_other_calendar_counts_on_its_own_again(self, clock, ada, ira, short):
        nights = editing.create(by=ira, name="Nights", time_zone="Europe/Berlin", hours=NIGHTS)
        policy_editing.change(policy=short.pk, by=ira, values=PolicyValues(calendar=nights.pk))
        days = editing.create(by=ira, name="Days", time_zone="Europe/Berlin", hours=LONG)
        normal = SLAPolicy.objects.get(name="Tickets, normal")
        policy_editing.change(policy=normal.pk, by=ira, values=PolicyValues(calendar=days.pk))
        row = make_ticket(assignee=ada)
        before = clock_of(ticket=row).due_at
        clock.wait(HOUR)
        triage.set_tags(ticket=row.pk, tags=["vip"], by=ada)
        clock.wait(3 * MINUTE)
        triage.set_status(ticket=row.pk, status="pending", by=ada)
        clock.wait(3 * MINUTE)
        triage.set_status(ticket=row.pk, status="open", by=ada)
        triage.set_tags(ticket=row.pk, tags=[], by=ada)
        assert clock_of(ticket=row).due_at == before
        assert clock_of("resolution", ticket=row).paused_seconds == 180
        triage.set_priority(ticket=row.pk, priority="urgent", by=ada)  # reads all runs again
        assert_right()

    def test_what_a_lead_added_meanwhile_stays(self, clock, ada, lea):
        row = make_ticket(assignee=ada)
        triage.set_priority(ticket=row.pk, priority="high", by=ada)
        extension.extend(clock=clock_of(ticket=row).pk, by=lea, minutes=30, reason="Strike")
        triage.set_priority(ticket=row.pk, priority="normal", by=ada)
        assert clock_of(ticket=row).due_at == START + 4 * HOUR + 30 * MINUTE
        assert_right()

    @pytest.mark.parametrize("status", ["open", "pending"])
    def test_a_clock_that_lost_its_target_goes_on(self, clock, ada, cleo, status):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=ada, body="Which?")
        clock.wait(HOUR)
        conversation.reply(ticket=row.pk, by=cleo, body="This")
        triage.set_status(ticket=row.pk, status=status, by=ada)
        normal = SLAPolicy.objects.get(name="Tickets, normal")
        SLAPolicy.objects.create(
            name="None", position=0, conditions={"tag": "spam"}, targets={"first_response": 5}, calendar=normal.calendar
        )
        clock.wait(MINUTE)
        triage.set_tags(ticket=row.pk, tags=["spam"], by=ada)
        assert not OrderDisputeSLA.objects.filter(ticket=row, is_open=True).exists()
        clock.wait(5 * MINUTE)
        triage.set_tags(ticket=row.pk, tags=[], by=ada)
        again = OrderDisputeSLA.objects.filter(ticket=row, is_open=True).order_by("metric")
        assert list(again.values_list("metric", "cycle")) == [("next_response", 1), ("resolution", 1)]
        assert again[0].due_at == START + 9 * HOUR
        assert again[1].state == ("paused" if status == "pending" else "running")
        assert_right()


class TestBefore:
    def test_the_effect_is_what_happens_then(self, clock, ada):
        row = make_ticket(assignee=ada)
        clock.wait(2 * HOUR)
        for word in ("high", "low", "normal", "urgent", "high"):
            told = {effect.metric: effect.after for effect in of_change(Ticket.objects.get(pk=row.pk), priority=word)}
            triage.set_priority(ticket=row.pk, priority=word, by=ada)
            assert told == {one.metric: one.due_at for one in OrderDisputeSLA.objects.filter(ticket=row)}
            clock.wait(2 * MINUTE)

    def test_it_reads_only_and_leaves_out_what_stays(self, clock, ada, short):
        row = make_ticket(assignee=ada)
        version = row.version
        assert of_change(row, tags=["late"]) == []
        assert [effect.metric for effect in of_change(row, tags=["vip"])] == ["first_response", "resolution"]
        assert (Ticket.objects.get(pk=row.pk).version, kinds(clock_of(ticket=row))) == (version, ["started"])
