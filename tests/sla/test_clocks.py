"""Clocks follow the work."""

from datetime import timedelta

import pytest

from support_management.core.errors import NotAllowed
from support_management.core.time import NEVER
from support_management.disputes import lifecycle
from support_management.sla import reconcile
from support_management.sla.models import OrderDisputeSLA, SLAEvent, SLAPolicy
from support_management.tickets import conversation, triage
from support_management.tickets.models import Ticket
from tests.factories import make_dispute, make_old, make_old_dispute, make_ticket
from tests.invariants import assert_desk_is_right

pytestmark = pytest.mark.django_db


def clock_of(ticket, metric="first_response") -> OrderDisputeSLA:
    return OrderDisputeSLA.objects.get(ticket=ticket, metric=metric)


def history(clock) -> list[str]:
    return list(SLAEvent.objects.filter(clock=clock).order_by("id").values_list("kind", flat=True))


class TestTicket:
    @pytest.mark.parametrize(
        ("priority", "first", "resolution"),
        [("urgent", 30, 240), ("high", 60, 480), ("normal", 240, 1440), ("low", 480, 4320)],
    )
    def test_what_is_promised_for_each_priority(self, priority, first, resolution, db):
        row = make_ticket(priority=priority)
        assert clock_of(row).due_at == row.created_at + timedelta(minutes=first)
        assert clock_of(row, "resolution").due_at == row.created_at + timedelta(minutes=resolution)
        assert (row.due_at, row.due_metric) == (clock_of(row).due_at, "first_response")

    def test_an_answer_in_time_is_met_and_the_resolution_runs_on(self, ada):
        row = conversation.reply(ticket=make_ticket().pk, by=ada, body="On it")
        stored = Ticket.objects.get(pk=row.pk)
        assert (stored.due_metric, stored.due_at) == ("resolution", clock_of(row, "resolution").due_at)
        assert history(clock_of(row)) == ["started", "met"]

    def test_an_answer_too_late_is_breached_with_every_threshold_in_order(self, ada):
        row = make_old(make_ticket(assignee=ada), by=timedelta(hours=5))
        conversation.reply(ticket=row.pk, by=ada, body="Sorry")
        clock = clock_of(row)
        assert (clock.state, clock.breached_at, clock.is_open) == ("breached", clock.due_at, False)
        assert history(clock) == ["started", "warned", "at_risk", "breached", "met"]
        assert_desk_is_right()

    def test_resolving_without_an_answer_cancels_the_first_response(self, ada):
        row = make_ticket(assignee=ada, status="resolved")
        assert (clock_of(row).state, clock_of(row, "resolution").state) == ("cancelled", "met")
        assert Ticket.objects.get(pk=row.pk).next_due_at == NEVER

    def test_resolving_after_the_first_response_was_missed_counts_it_as_missed(self, ada):
        row = make_old(make_ticket(assignee=ada), by=timedelta(hours=5))
        triage.set_status(ticket=row.pk, status="resolved", by=ada)
        assert (clock_of(row).state, clock_of(row).completed_agent) == ("breached", ada)
        assert_desk_is_right()

    def test_a_reopened_ticket_has_no_second_cycle_yet(self, ada, cleo):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=ada, body="Done", status="resolved")
        conversation.reply(ticket=row.pk, by=cleo, body="No")
        assert Ticket.objects.get(pk=row.pk).next_due_at == NEVER
        conversation.reply(ticket=row.pk, by=ada, body="Now", status="resolved")
        assert [history(clock) for clock in OrderDisputeSLA.objects.filter(ticket=row)] == [["started", "met"]] * 2
        assert_desk_is_right()

    def test_another_priority_leaves_the_promise_as_it_was_given(self, ada):
        row = make_ticket(assignee=ada)
        triage.set_priority(ticket=row.pk, priority="urgent", by=ada)
        assert Ticket.objects.get(pk=row.pk).next_due_at == row.next_due_at
        assert_desk_is_right()

    def test_a_changed_policy_holds_for_new_work_only(self, db):
        old = make_ticket()
        policy = SLAPolicy.objects.get(kind="ticket", priority=3)
        policy.first_response_minutes = 10
        policy.save()
        new = make_ticket()
        assert clock_of(old).target_seconds == 240 * 60
        assert (clock_of(new).target_seconds, clock_of(new).policy_version) == (600, 2)
        assert clock_of(old).policy_version == 1

    def test_a_policy_that_goes_leaves_its_clocks_running(self, db):
        row = make_ticket()
        SLAPolicy.objects.all().delete()
        assert (clock_of(row).state, clock_of(row).policy) == ("running", None)

    def test_reconciling_what_is_right_changes_nothing(self, ada):
        row = make_ticket(assignee=ada)
        before = [history(clock) for clock in OrderDisputeSLA.objects.filter(ticket=row)]
        reconcile.ticket(row.pk)
        reconcile.everything()
        assert [history(clock) for clock in OrderDisputeSLA.objects.filter(ticket=row)] == before


class TestDispute:
    def test_it_runs_from_opening_to_outcome(self, ada):
        row = make_dispute(assignee=ada)
        clock = OrderDisputeSLA.objects.get(dispute=row)
        assert (row.due_at, row.due_state) == (row.created_at + timedelta(hours=72), "on_track")
        lifecycle.resolve(dispute=row.pk, outcome="resolved_client", notes="It never came", by=ada)
        clock.refresh_from_db()
        assert (clock.state, clock.completed_agent) == ("met", ada)
        assert_desk_is_right()

    def test_an_outcome_too_late_is_breached(self, ada):
        row = make_old_dispute(make_dispute(assignee=ada), by=timedelta(hours=80))
        lifecycle.resolve(dispute=row.pk, outcome="withdrawn", notes="She wrote so", by=ada)
        assert OrderDisputeSLA.objects.get(dispute=row).state == "breached"
        assert_desk_is_right()


class TestHistory:
    def test_it_is_only_ever_added_to(self, db):
        make_ticket()
        event = SLAEvent.objects.first()
        for change in (
            event.save,
            event.delete,
            SLAEvent.objects.all().delete,
            lambda: SLAEvent.objects.update(cause=""),
        ):
            with pytest.raises(NotAllowed):
                change()
        assert SLAEvent.objects.filter(pk=event.pk, cause="created").exists()
