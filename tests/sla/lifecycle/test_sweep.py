"""Each threshold fires once, at its own second."""

from datetime import timedelta
from functools import partial

import pytest

from support_management.core.time import now
from support_management.events.models import DomainEvent
from support_management.sla.clock import thresholds
from support_management.sla.clock.arithmetic import thresholds_of
from support_management.sla.lifecycle import sweep
from support_management.sla.models import OrderDisputeSLA, SLAEvent
from support_management.tasks import check_sla_breaches
from support_management.tickets import conversation
from support_management.tickets.models import Ticket
from tests.concurrency import at_once, errors
from tests.factories import make_dispute, make_old, make_old_dispute, make_ticket
from tests.invariants import assert_desk_is_right

pytestmark = pytest.mark.django_db


def reached(**work) -> list[str]:
    rows = DomainEvent.objects.filter(kind="ClockReached", **{f"payload__{name}": pk for name, pk in work.items()})
    return [row.payload["threshold"] for row in rows.order_by("id")]


class TestSweep:
    def test_nothing_due_nothing_fired_and_one_question_asked(self, django_assert_num_queries):
        make_ticket()
        with django_assert_num_queries(1):
            assert sweep.fire_due() == 0

    def test_due_soon_changes_the_chip(self, ada):
        row = make_old(make_ticket(assignee=ada), by=timedelta(hours=3, minutes=1))
        assert sweep.fire_due() == 1
        assert Ticket.objects.get(pk=row.pk).due_state == "due_soon"
        assert_desk_is_right()

    def test_it_catches_up_in_order_and_remembers_when_each_fell_due(self, ada):
        row = make_old(make_ticket(assignee=ada), by=timedelta(hours=4, minutes=1))
        assert check_sla_breaches() == 3
        clock = OrderDisputeSLA.objects.get(ticket=row, metric="first_response")
        events = list(SLAEvent.objects.filter(clock=clock, kind__in=["warned", "at_risk", "breached"]).order_by("id"))
        marks = [step.mark for step in thresholds_of(clock.target)]
        assert [event.at for event in events] == [clock.started_at + mark for mark in marks]
        assert all(event.fired_at > event.at for event in events)
        assert reached(ticket_id=row.pk) == ["due_soon", "at_risk", "breached"]
        assert_desk_is_right()

    def test_a_clock_that_cannot_fire_holds_up_no_other(self, ada, monkeypatch):
        bad, *good = [make_old(make_ticket(assignee=ada), by=timedelta(hours=5)) for _ in range(3)]

        def fire(clocks, **facts):
            if any(clock.ticket_id == bad.pk for clock in clocks):
                raise ZeroDivisionError
            return thresholds.fire(clocks, **facts)

        monkeypatch.setattr(sweep, "fire", fire)
        with pytest.raises(ZeroDivisionError):
            sweep.fire_due()
        assert [reached(ticket_id=row.pk) for row in (bad, *good)] == [[], *2 * [["due_soon", "at_risk", "breached"]]]

    def test_the_boards_count_a_missed_deadline(self, ada):
        make_old(make_ticket(assignee=ada), by=timedelta(hours=5))
        sweep.fire_due()
        ada.dashboard.refresh_from_db()
        assert ada.dashboard.overdue == 1

    def test_what_fired_does_not_fire_again(self, ada):
        make_old(make_ticket(assignee=ada), by=timedelta(hours=30))
        assert sweep.fire_due() == 6
        assert sweep.fire_due() == 0

    def test_a_dispute_reaches_them_as_well(self, ada):
        row = make_old_dispute(make_dispute(assignee=ada), by=timedelta(hours=80))
        assert sweep.fire_due() == 3
        row.refresh_from_db()
        assert row.due_state == "breached"
        assert reached(dispute_id=row.pk) == ["due_soon", "at_risk", "breached"]

    def test_more_than_a_batch_is_worked_off_in_one_sweep(self, monkeypatch, ada):
        monkeypatch.setattr(sweep, "BATCH", 2)
        for _ in range(5):
            make_old(make_ticket(), by=timedelta(hours=5))
        assert sweep.fire_due() == 15
        assert_desk_is_right()

    def test_a_breached_clock_keeps_its_due_until_it_is_answered(self, ada):
        row = make_old(make_ticket(assignee=ada), by=timedelta(hours=5))
        sweep.fire_due()
        assert Ticket.objects.get(pk=row.pk).next_due_at < now()
        conversation.reply(ticket=row.pk, by=ada, body="At last")
        assert Ticket.objects.get(pk=row.pk).due_metric == "resolution"


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_sweeps_fire_each_threshold_once(self):
        rows = [make_old(make_ticket(), by=timedelta(hours=5)) for _ in range(8)]
        results = at_once(*[sweep.fire_due] * 4)
        assert errors(results) == []
        sweep.fire_due()
        for row in rows:
            assert reached(ticket_id=row.pk) == ["due_soon", "at_risk", "breached"]
        assert_desk_is_right()

    def test_answers_given_while_it_sweeps(self, ada):
        rows = [make_old(make_ticket(assignee=ada), by=timedelta(hours=5)) for _ in range(6)]
        answers = [partial(conversation.reply, ticket=row.pk, by=ada, body="Sorry", status="resolved") for row in rows]
        assert errors(at_once(*answers, sweep.fire_due, sweep.fire_due)) == []
        for row in rows:
            assert reached(ticket_id=row.pk) == ["due_soon", "at_risk", "breached"]
        assert_desk_is_right()
