"""Clocks follow the work."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError

from support_management.core.errors import NotAllowed
from support_management.core.time import NEVER
from support_management.disputes import lifecycle
from support_management.sla import policy_editing
from support_management.sla.clock import elapsed
from support_management.sla.lifecycle import sweep
from support_management.sla.models import OrderDisputeSLA, SLAEvent, SLAPolicy
from support_management.sla.repair import reconcile, verify
from support_management.tickets import conversation, triage
from support_management.tickets.models import Ticket
from tests.factories import make_dispute, make_old, make_old_dispute, make_ticket
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def clock_of(ticket, metric="first_response") -> OrderDisputeSLA:
    return OrderDisputeSLA.objects.get(ticket=ticket, metric=metric)


def clocks(ticket, *metrics: str) -> list[tuple]:
    rows = OrderDisputeSLA.objects.filter(ticket=ticket).order_by("metric", "cycle")
    found = rows.values_list("metric", "cycle", "state")
    return [row for row in found if not metrics or row[0] in metrics]


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

    @pytest.mark.parametrize("status", ["open", "pending", "on_hold"])
    def test_resolving_without_an_answer_misses_the_first_response(self, ada, ira, status):
        for policy in SLAPolicy.objects.all():  # also while it stands
            values = policy_editing.PolicyValues(pause_on=["pending"])
            policy_editing.change(policy=policy.pk, by=ira, values=values)
        row = make_ticket(assignee=ada, status=status)
        triage.set_status(ticket=row.pk, status="resolved", by=ada)
        clock = clock_of(row)
        assert (clock.state, clock.completed_agent, clock.is_open) == ("breached", ada, False)
        assert (clock.breached_at, history(clock)[-2:]) == (clock.completed_at, ["breached", "cancelled"])
        assert elapsed.of([clock])[clock.pk].left > timedelta(0)  # no minute of it is overdue
        assert clock_of(row, "resolution").state == "met"
        assert Ticket.objects.get(pk=row.pk).next_due_at == NEVER
        assert [str(one) for one in verify.differences()] == []
        assert_desk_is_right()

    def test_a_question_after_the_answer_is_not_missed_by_resolving(self, ada, cleo):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=ada, body="Here")
        conversation.reply(ticket=row.pk, by=cleo, body="Thank you!")
        triage.set_status(ticket=row.pk, status="resolved", by=ada)
        assert clocks(row, "first_response", "next_response") == [
            ("first_response", 1, "met"),
            ("next_response", 1, "cancelled"),
        ]

    def test_a_raw_write_that_resolves_it_misses_it_too(self, ada):
        row = make_ticket(assignee=ada)
        Ticket.objects.filter(pk=row.pk).update(status="resolved")
        assert clock_of(row).state == "breached"
        assert_desk_is_right()

    def test_resolving_after_the_first_response_was_missed_counts_it_as_missed(self, ada):
        row = make_old(make_ticket(assignee=ada), by=timedelta(hours=5))
        triage.set_status(ticket=row.pk, status="resolved", by=ada)
        assert (clock_of(row).state, clock_of(row).completed_agent) == ("breached", ada)
        assert_desk_is_right()

    def test_reopening_starts_the_right_clocks_again(self, ada, cleo):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=ada, body="Done", status="resolved")
        conversation.reply(ticket=row.pk, by=cleo, body="No")
        assert Ticket.objects.get(pk=row.pk).due_metric == "next_response"
        assert clocks(row) == [
            ("first_response", 1, "met"),
            ("next_response", 1, "running"),
            ("resolution", 1, "met"),
            ("resolution", 2, "running"),
        ]
        conversation.reply(ticket=row.pk, by=ada, body="Now", status="resolved")
        assert {state for *_, state in clocks(row)} == {"met"}
        assert_desk_is_right()

    def test_each_answer_ends_a_reply_cycle_and_the_next_question_starts_one(self, ada, cleo):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=cleo, body="Hello?")
        assert clocks(row, "next_response") == []  # the first response is still owed
        for _ in range(2):
            conversation.reply(ticket=row.pk, by=ada, body="Here it is")
            conversation.reply(ticket=row.pk, by=cleo, body="And now?")
            conversation.reply(ticket=row.pk, by=cleo, body="Are you there?")
        assert clocks(row, "next_response") == [("next_response", 1, "met"), ("next_response", 2, "running")]
        assert_desk_is_right()

    def test_a_lower_priority_gives_time_and_no_threshold_fires_twice(self, ada):
        row = make_old(make_ticket(assignee=ada, priority="high"), by=timedelta(minutes=50))
        sweep.fire_due()
        assert clock_of(row).stage == "due_soon"
        triage.set_priority(ticket=row.pk, priority="normal", by=ada)
        assert (clock_of(row).stage, clock_of(row).due_at) == ("on_track", row.created_at + timedelta(hours=4))
        make_old(Ticket.objects.get(pk=row.pk), by=timedelta(hours=3, minutes=1))
        sweep.fire_due()
        assert clock_of(row).stage == "at_risk"
        assert history(clock_of(row)).count("warned") == 1
        assert_desk_is_right()

    def test_waiting_for_the_requester_stands_still_and_moves_the_deadline(self, ada, cleo):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=ada, body="Which one?", status="pending")
        assert (clock_of(row, "resolution").state, Ticket.objects.get(pk=row.pk).due_state) == ("paused", "paused")
        assert Ticket.objects.get(pk=row.pk).next_due_at == NEVER
        before = clock_of(row, "resolution")
        make_old(row, by=timedelta(hours=3))
        conversation.reply(ticket=row.pk, by=cleo, body="Here")
        after = clock_of(row, "resolution")
        assert (after.state, after.paused_seconds // 60) == ("running", 180)
        assert after.due_at - after.started_at >= before.target + timedelta(hours=3)
        assert history(after) == ["started", "paused", "resumed"]
        assert_desk_is_right()

    @pytest.mark.parametrize("asked_again", [False, True])
    def test_an_answer_is_owed_while_the_ticket_is_pending(self, ada, cleo, asked_again):
        row, metric = make_ticket(assignee=ada), "first_response"
        if asked_again:
            conversation.reply(ticket=row.pk, by=ada, body="Here")
            conversation.reply(ticket=row.pk, by=cleo, body="And?")
            metric = "next_response"
        triage.set_status(ticket=row.pk, status="pending", by=ada)
        stored = Ticket.objects.get(pk=row.pk)
        assert (clock_of(row, metric).state, clock_of(row, "resolution").state) == ("running", "paused")
        assert (stored.due_metric, stored.due_at) == (metric, clock_of(row, metric).due_at)
        assert_desk_is_right()

    def test_on_hold_stands_still_only_when_the_policy_says_so(self, ada, ira):
        row = make_ticket(assignee=ada)
        triage.set_status(ticket=row.pk, status="on_hold", by=ada)
        assert clock_of(row).state == "running"
        policy = clock_of(row).policy
        policy_editing.change(
            policy=policy.pk, by=ira, values=policy_editing.PolicyValues(pause_on=["pending", "on_hold"])
        )
        other = make_ticket(assignee=ada)
        triage.set_status(ticket=other.pk, status="on_hold", by=ada)
        assert clock_of(other).state == "paused"
        assert_desk_is_right()

    def test_a_missed_promise_stays_missed_whatever_the_priority(self, ada):
        row = make_old(make_ticket(assignee=ada, priority="urgent"), by=timedelta(hours=1))
        sweep.fire_due()
        triage.set_priority(ticket=row.pk, priority="low", by=ada)
        clock = clock_of(row)
        assert (clock.state, clock.due_at, clock.target_seconds) == (
            "breached",
            row.created_at + timedelta(minutes=30),
            1800,
        )
        assert_desk_is_right()

    def test_a_policy_written_from_a_shell_holds_for_new_work_only(self, db):
        old = make_ticket()
        policy = clock_of(old).policy
        policy.targets = policy.targets | {"first_response": 10}
        policy.save()
        new = make_ticket()
        assert clock_of(old).target_seconds == 240 * 60
        assert (clock_of(new).target_seconds, clock_of(new).policy_version) == (600, 2)
        assert clock_of(old).policy_version == 1
        assert_desk_is_right()

    def test_a_policy_with_clocks_cannot_be_deleted(self, db):
        make_ticket()
        with pytest.raises(ProtectedError):
            SLAPolicy.objects.all().delete()

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
            with refused("append_only", NotAllowed):
                change()
        assert SLAEvent.objects.filter(pk=event.pk, cause="created").exists()
