"""Rows of work written without a capability leave the clocks as a capability would."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import QuerySet

from support_management.core.time import now
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.events import live_models
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.sla import policy_editing
from support_management.sla.lifecycle import follow_up, sweep
from support_management.sla.models import OrderDisputeSLA, SLAPolicy
from support_management.tickets import conversation, triage
from support_management.tickets.models import Tag, Ticket, TicketMessage
from tests.concurrency import at_once, errors
from tests.factories import make_dispute, make_old, make_order, make_ticket, make_tickets
from tests.invariants import assert_desk_is_right

pytestmark = pytest.mark.django_db


def clock_of(metric: str, **work) -> OrderDisputeSLA:
    return OrderDisputeSLA.objects.filter(metric=metric, **work).latest("cycle")


def states(ticket) -> dict[str, str]:
    rows = OrderDisputeSLA.objects.filter(ticket=ticket).order_by("cycle")
    return dict(rows.values_list("metric", "state"))


def promise(position=0, minutes=15, **conditions) -> SLAPolicy:
    """One more policy, tried before those that are there."""
    calendar = SLAPolicy.objects.first().calendar
    targets = {"first_response": minutes, "next_response": minutes, "resolution": minutes * 4}
    return SLAPolicy.objects.create(
        name="Before all", position=position, calendar=calendar, conditions=conditions, targets=targets
    )


class TestMessages:
    def test_another_subject_does_not_answer_who_has_asked_again(self, ada, cleo):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=ada, body="On it")
        conversation.reply(ticket=row.pk, by=cleo, body="And?")
        written = Ticket.objects.get(pk=row.pk)
        written.subject = "Another"
        written.save()
        assert clock_of("next_response", ticket=row).state == "running"
        assert_desk_is_right()

    def test_an_answer_written_by_hand_ends_the_reply_cycle(self, ada, cleo):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=ada, body="On it")
        conversation.reply(ticket=row.pk, by=cleo, body="And?")
        TicketMessage.objects.create(ticket=row, kind="reply", author=ada, body="Here it is")
        assert clock_of("next_response", ticket=row).state == "met"
        assert_desk_is_right()

    def test_a_question_written_by_hand_starts_one(self, ada, cleo):
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=ada, body="On it")
        TicketMessage.objects.create(ticket=row, kind="requester", author=cleo, body="And?")
        assert clock_of("next_response", ticket=row).state == "running"
        assert_desk_is_right()

    def test_a_note_written_by_hand_is_no_question_and_no_answer(self, ada):
        row = make_ticket(assignee=ada)
        TicketMessage.objects.create(ticket=row, kind="note", author=ada, body="Hm")
        assert states(row) == {"first_response": "running", "resolution": "running"}


class TestWhatAPromiseDependsOn:
    def test_another_segment_of_the_requester(self, ada, cleo):
        row, vip = make_ticket(assignee=ada), promise(segment="vip")
        User.objects.filter(pk=cleo.pk).update(segment="vip")
        assert clock_of("resolution", ticket=row).policy == vip
        assert_desk_is_right()

    def test_the_priority_of_an_order(self, cleo):
        order = make_order(status="on_hold")
        high = promise(kind="order", priority="high")
        order.priority = 2
        order.save()
        assert clock_of("resolution", order=order).policy == high
        assert_desk_is_right()

    def test_the_priority_of_a_dispute_under_a_promise_that_waits_for_nobody(self, ada):
        row = make_dispute(assignee=ada)
        waits = promise(kind="dispute", priority="high")
        SLAPolicy.objects.filter(pk=waits.pk).update(pause_on=["awaiting_response"])
        lifecycle.advance(dispute=row.pk, status="awaiting_response", by=ada)
        Dispute.objects.filter(pk=row.pk).update(priority=2)
        assert clock_of("resolution", dispute=row).state == "paused"
        Dispute.objects.filter(pk=row.pk).update(priority=3)
        assert clock_of("resolution", dispute=row).state == "running"
        assert_desk_is_right()

    def test_a_tag_that_goes(self, ada):
        row, special = make_ticket(assignee=ada), promise(tag="special")
        triage.set_tags(ticket=row.pk, tags=["special"], by=ada)
        assert clock_of("resolution", ticket=row).policy == special
        Tag.objects.get(name="special").delete()
        assert clock_of("resolution", ticket=row).policy != special
        assert_desk_is_right()

    def test_a_tag_with_another_name(self, ada):
        row, special = make_ticket(assignee=ada), promise(tag="special")
        triage.set_tags(ticket=row.pk, tags=["plain"], by=ada)
        tag = Tag.objects.get(name="plain")
        tag.name = "special"
        tag.save()
        assert clock_of("resolution", ticket=row).policy == special

    def test_a_priority_without_a_promise_and_back(self, ada):
        row = make_ticket(assignee=ada)
        SLAPolicy.objects.filter(conditions__priority="low").update(active=False)
        triage.set_priority(ticket=row.pk, priority="low", by=ada)
        assert states(row) == {"first_response": "cancelled", "resolution": "cancelled"}
        triage.set_priority(ticket=row.pk, priority="normal", by=ada)
        assert states(row) == {"first_response": "running", "resolution": "running"}
        assert_desk_is_right()


class TestMany:
    @pytest.fixture(autouse=True)
    def two_are_many(self, monkeypatch):
        monkeypatch.setattr(live_models, "MANY", 1)

    def test_another_priority(self, ada):
        rows = make_tickets(3, assignee=ada)
        Ticket.objects.update(priority=1)
        for row in rows:
            assert clock_of("resolution", ticket=row).target_seconds == 4 * 3600
        assert_desk_is_right()

    def test_waiting_and_working_again(self, ada):
        rows = make_tickets(3, assignee=ada)
        Ticket.objects.update(status="pending")
        assert {clock_of("resolution", ticket=row).state for row in rows} == {"paused"}
        Ticket.objects.update(status="open")
        assert {clock_of("resolution", ticket=row).state for row in rows} == {"running"}
        assert_desk_is_right()

    def test_resolved_and_reopened(self, ada):
        rows = make_tickets(3, assignee=ada)
        Ticket.objects.update(status="resolved")
        Ticket.objects.update(status="open")
        assert {(clock.state, clock.cycle) for clock in (clock_of("resolution", ticket=row) for row in rows)} == {
            ("running", 2)
        }
        assert_desk_is_right()

    def test_orders_on_hold_and_on(self, cleo):
        rows = [make_order(), make_order()]
        Order.objects.update(status="on_hold")
        assert {clock_of("resolution", order=row).state for row in rows} == {"running"}
        Order.objects.update(status="in_progress")
        assert {clock_of("resolution", order=row).state for row in rows} == {"met"}
        assert_desk_is_right()

    def test_policies(self, ada):
        SLAPolicy.objects.update(pause_on=[])
        row = make_ticket(assignee=ada)
        triage.set_status(ticket=row.pk, status="pending", by=ada)
        assert clock_of("resolution", ticket=row).state == "running"
        assert_desk_is_right()

    def test_work_that_nobody_wrote_keeps_its_promise(self, ada):
        kept, others = make_ticket(assignee=ada), make_tickets(3, assignee=ada)
        promise(priority="normal")
        QuerySet.update(Ticket.objects.filter(pk=kept.pk), updated_at=now() - timedelta(days=1))
        Ticket.objects.filter(pk__in=[row.pk for row in others]).update(subject="Another")
        assert clock_of("resolution", ticket=kept).target_seconds == 24 * 3600
        assert clock_of("resolution", ticket=others[0]).target_seconds == 3600


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_answers_and_subjects_written_by_hand_while_it_sweeps_and_a_policy_is_followed(self, ada, ira):
        rows = [make_old(make_ticket(assignee=ada), by=timedelta(hours=5)) for _ in range(5)]
        policy = clock_of("resolution", ticket=rows[0]).policy
        say = policy_editing.PolicyValues(thresholds=[{"at_percent": 50}])
        policy_editing.change(policy=policy.pk, by=ira, values=say, running="follow")
        answer = partial(TicketMessage.objects.create, kind="reply", author=ada, body="Here")
        answers = [partial(answer, ticket=row) for row in rows]
        subjects = partial(Ticket.objects.filter(pk__in=[row.pk for row in rows]).update, subject="Another")
        many = (*answers, subjects, sweep.fire_due, sweep.fire_due, follow_up.run_waiting)
        assert errors(at_once(*many)) == []
        sweep.fire_due()
        for row in rows:
            assert clock_of("first_response", ticket=row).state == "breached"
            assert clock_of("resolution", ticket=row).policy_version == 2
        assert_desk_is_right()
