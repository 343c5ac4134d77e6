"""Whatever dies, doubles or jumps: each threshold fires once, in order, never before its time."""

from datetime import timedelta

import pytest
from django.core.mail import mailers

from support_management.core import time as clocks_of_the_desk
from support_management.core.time import now
from support_management.events import bus
from support_management.events.models import DomainEvent
from support_management.notifications.models import MailDuty, SupportNotification
from support_management.sla.clock import next_due, thresholds
from support_management.sla.lifecycle import sweep
from support_management.sla.models import OrderDisputeSLA, SLAEvent
from support_management.sla.repair import verify
from support_management.tasks import check_sla_breaches, send_mail
from tests.concurrency import at_once, errors
from tests.factories import make_old, make_ticket
from tests.invariants import assert_desk_is_right

FIRED = ("warned", "at_risk", "breached")
HOURS = timedelta(hours=1)


def history(row=None) -> list[SLAEvent]:
    lines = SLAEvent.objects.filter(kind__in=FIRED).order_by("id")
    return list(lines.filter(clock__ticket=row) if row else lines)


def left_behind() -> dict[str, int]:
    """Everything that a sweep writes."""
    return {
        "history": SLAEvent.objects.filter(kind__in=FIRED).count(),
        "events": DomainEvent.objects.filter(kind="ClockReached").count(),
        "notices": SupportNotification.objects.exclude(kind="assigned").count(),
        "mails": MailDuty.objects.count(),
        "stages": OrderDisputeSLA.objects.exclude(stage="on_track").count(),
    }


class Killed(BaseException):
    """As sudden as the end of a process."""


@pytest.mark.django_db(transaction=True)
class TestKilled:
    """F6: the worker dies between any two steps of the sweep."""

    @pytest.mark.parametrize(
        ("room", "step"),
        [
            (thresholds, "update_each"),
            (thresholds, "insert_new"),
            (next_due, "stages"),
            (thresholds, "publish_all"),
            (bus, "_store"),
            (bus, "_handle"),
        ],
        ids=lambda one: getattr(one, "__name__", one).rpartition(".")[2],
    )
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_nothing_is_half_done_and_the_next_sweep_does_it_once(self, ada, lea, monkeypatch, room, step, when):
        rows = [make_old(make_ticket(assignee=ada), by=5 * HOURS) for _ in range(3)]
        before, real = left_behind(), getattr(room, step)

        def dies(*args, **facts):
            if when == "after":
                real(*args, **facts)
            raise Killed

        monkeypatch.setattr(room, step, dies)
        with pytest.raises(Killed):
            sweep.fire_due()
        monkeypatch.undo()
        assert left_behind() == before
        assert sweep.fire_due() == 9
        assert sweep.fire_due() == 0
        for row in rows:
            assert [line.kind for line in history(row)] == list(FIRED)
        assert SupportNotification.objects.filter(recipient=ada, kind="breached").count() == 3
        assert_desk_is_right()

    def test_three_beats_and_two_hubs_are_no_different_from_one(self, ada):
        """F10."""
        rows = [make_old(make_ticket(assignee=ada), by=5 * HOURS) for _ in range(10)]
        sweeps = [check_sla_breaches] * 3 + [lambda: sweep.fire_if_late(0.0)] * 2
        assert errors(at_once(*sweeps)) == []
        check_sla_breaches()
        for row in rows:
            assert [line.kind for line in history(row)] == list(FIRED)
        assert SupportNotification.objects.filter(recipient=ada, kind="breached").count() == 10
        assert_desk_is_right()


@pytest.mark.django_db
class TestAway:
    """F9 and F28: nobody swept, whatever the reason; the rows know what is due."""

    def test_after_the_outage_everything_fires_in_the_order_in_which_it_fell_due(self, monkeypatch):
        monkeypatch.setattr(sweep, "BATCH", 4)
        for minutes in (300, 250, 310, 190, 240, 305, 220):
            make_old(make_ticket(), by=timedelta(minutes=minutes))
        began = now()
        sweep.fire_due()
        lines = history()
        assert len(lines) > 12
        for row in {line.clock_id for line in lines}:
            own = [line.at for line in lines if line.clock_id == row]
            assert own == sorted(own)
        firsts = list({line.clock_id: line.at for line in reversed(lines)}.values())[::-1]
        assert firsts == sorted(firsts)
        assert all(line.at < began <= line.fired_at for line in lines)

    def test_the_second_trigger_takes_over_when_beat_and_worker_are_gone(self):
        make_old(make_ticket(), by=5 * HOURS)
        assert sweep.fire_if_late(1.5) == 3
        assert sweep.fire_if_late(1.5) == 0

    def test_and_keeps_still_while_somebody_sweeps(self):
        row = make_old(make_ticket(), by=5 * HOURS)
        OrderDisputeSLA.objects.filter(ticket=row, is_open=True).update(next_fire_at=now())
        assert sweep.fire_if_late(1.5) == 0


@pytest.mark.django_db
class TestClockJumps:
    """F29."""

    @pytest.fixture
    def jump(self, monkeypatch):
        real = clocks_of_the_desk.timezone.now

        def to(by: timedelta) -> None:
            monkeypatch.setattr(clocks_of_the_desk.timezone, "now", lambda: real() + by)

        return to

    def test_back_an_hour_nothing_fires_early_and_nothing_twice(self, jump):
        late, soon = make_old(make_ticket(), by=5 * HOURS), make_old(make_ticket(), by=timedelta(hours=2, minutes=59))
        assert sweep.fire_due() == 3
        jump(-HOURS)
        assert sweep.fire_due() == 0
        assert [line.kind for line in history(late)] == list(FIRED)
        assert history(soon) == []
        assert list(verify.differences()) == []

    def test_forward_an_hour_and_back_each_has_fired_once(self, jump):
        row = make_old(make_ticket(), by=timedelta(hours=2, minutes=30))
        assert sweep.fire_due() == 0
        jump(HOURS)
        assert sweep.fire_due() == 1
        jump(timedelta(0))
        assert sweep.fire_due() == 0
        jump(HOURS)
        assert sweep.fire_due() == 0
        assert [line.kind for line in history(row)] == ["warned"]


@pytest.mark.django_db
def test_a_dead_mail_server_delays_mails_and_no_deadline(ada, lea, monkeypatch):
    """F70, as far as clocks go: the sweep leaves duties and speaks to nobody."""

    def refuse(*_, **__):
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(type(mailers.default), "open", refuse)
    monkeypatch.setattr(type(mailers.default), "send_messages", refuse)
    for _ in range(3):
        make_old(make_ticket(assignee=ada), by=5 * HOURS)
    assert check_sla_breaches() == 9
    assert send_mail() == 0
    assert MailDuty.objects.filter(state="waiting").count() == 6
    make_old(make_ticket(assignee=ada), by=5 * HOURS)
    assert check_sla_breaches() == 3
    monkeypatch.undo()
    MailDuty.objects.update(next_try_at=now())
    assert send_mail() > 0
    assert not MailDuty.objects.filter(state__in=["waiting", "uncertain", "dead"]).exclude(template="digest").exists()
