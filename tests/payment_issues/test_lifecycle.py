"""Logging, assigning, escalating and resolving payment issues, with their clock and their money."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from support_management.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from support_management.core.time import NEVER, now
from support_management.models import (
    EscalationLog,
    MoneyEffect,
    Order,
    OrderDisputeSLA,
    PaymentIssueLog,
    SupportNotification,
)
from support_management.orders.money.refundable import refundable
from support_management.payment_issues import actions, holds, listing
from support_management.people.viewer import viewer_of
from support_management.sla.models import SLAPolicy
from support_management.sla.repair import verify
from tests import cast
from tests.factories import make_money_effect, make_order, make_payment_issue, make_ticket
from tests.refusals import refusal_of, refused

pytestmark = pytest.mark.django_db


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def clock_of(issue: PaymentIssueLog) -> OrderDisputeSLA:
    return OrderDisputeSLA.objects.get(payment=issue.pk)


class TestLog:
    @pytest.mark.parametrize(
        ("issue_type", "given", "amount"),
        [
            ("unpaid_order", {"received_amount": "0"}, "120.00"),
            ("underpayment", {"received_amount": "100.00"}, "20.00"),
            ("overpayment", {"received_amount": "240"}, "120.00"),
            ("failed_payment", {"expected_amount": "130", "failure_code": " Expired_Card "}, "10.00"),
            ("refund_request", {"amount": "12.50"}, "12.50"),
            ("chargeback", {}, "120.00"),
        ],
    )
    def test_the_difference_is_computed(self, ada, issue_type, given, amount):
        issue = make_payment_issue(issue_type=issue_type, by=ada, **given)
        assert (str(issue.amount), issue.assignee, issue.reported_by) == (amount, ada, ada)
        assert abs(issue.difference) == issue.amount or issue_type in ("refund_request", "chargeback")
        assert issue.failure_code == ("expired_card" if "failure_code" in given else "")

    @pytest.mark.parametrize(
        ("given", "code", "field"),
        [
            ({"issue_type": "stolen"}, "unknown_type", "issue_type"),
            ({"issue_type": "overpayment"}, "no_difference", "received_amount"),
            ({"issue_type": "underpayment", "received_amount": "130"}, "no_difference", "received_amount"),
            ({"issue_type": "overpayment", "received_amount": "200", "amount": "5"}, "not_taken", "amount"),
            ({"issue_type": "chargeback", "amount": "120.01"}, "too_much", "amount"),
            ({"issue_type": "chargeback", "amount": "0"}, "bad_amount", "amount"),
            ({"issue_type": "refund_request", "amount": "1.001"}, "bad_amount", "amount"),
            ({"issue_type": "refund_request", "failure_code": "x" * 61}, "too_long", "failure_code"),
        ],
    )
    def test_what_does_not_add_up_is_refusal_of(self, ada, given, code, field):
        error = refusal_of(Invalid, lambda: make_payment_issue(by=ada, **given))
        assert (error.code, error.field) == (code, field)

    def test_one_open_issue_per_order_and_type(self, ada, ben):
        issue = make_payment_issue(by=ada)
        error = refusal_of(Conflict, lambda: make_payment_issue(order=issue.order, by=ben))
        assert (error.code, error.extra) == ("already_open", {"open": issue.pk})
        copy = fresh(issue)
        copy.pk, copy.number, copy._state.adding = None, "", True
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save()
        make_payment_issue(order=issue.order, issue_type="chargeback", by=ben)
        actions.resolve(issue=issue.pk, notes="Withdrawn", by=ada)
        make_payment_issue(order=issue.order, by=ben)

    def test_only_of_an_order_that_one_sees_and_a_ticket_about_it(self, ada, zoe, cleo, lea):
        order = make_order()
        refusal_of(NotFound, lambda: make_payment_issue(order=order, by=zoe))
        assert refusal_of(NotAllowed, lambda: make_payment_issue(order=order, by=cleo)).code == "not_yours"
        other = make_ticket(order=make_order())
        assert refusal_of(Invalid, lambda: make_payment_issue(order=order, ticket=other.pk)).code == "not_about_it"
        issue = make_payment_issue(order=order, ticket=make_ticket(order=order).pk, by=cast.ira_who_runs_it())
        assert (issue.assignee, issue.ticket.order) == (None, order)  # admins own no work


class TestClock:
    def test_it_runs_from_the_report_to_the_resolution(self, ada):
        issue = make_payment_issue(by=ada)
        clock = clock_of(issue)
        assert (clock.kind, clock.metric, clock.state) == ("payment", "resolution", "running")
        assert (clock.started_at, clock.target) == (issue.reported_at, timedelta(hours=24))
        assert (issue.next_due_at, issue.due_state) == (clock.due_at, "on_track")
        actions.escalate(issue=issue.pk, by=ada)
        assert clock_of(issue).state == "running"
        actions.resolve(issue=issue.pk, notes="Paid", by=ada)
        assert clock_of(issue).state == "met"
        assert fresh(issue).next_due_at == NEVER
        assert list(verify.differences()) == []

    def test_policies_of_its_kind_hold_for_it(self, ada, lea):
        SLAPolicy.objects.filter(conditions={"kind": "payment"}).update(targets={"resolution": 60})
        urgent = SLAPolicy(name="Urgent payments", position=0, targets={"resolution": 30})
        urgent.conditions, urgent.calendar = (
            {"kind": "payment", "priority": "urgent"},
            SLAPolicy.objects.first().calendar,
        )
        urgent.save()
        issue = make_payment_issue(by=ada)
        assert clock_of(issue).target == timedelta(hours=1)
        actions.change(issue=issue.pk, priority="urgent", by=ada)
        assert clock_of(issue).policy == urgent

    def test_a_raw_write_leaves_what_a_capability_would(self, ada):
        issue = make_payment_issue(by=ada, issue_type="chargeback")
        row = fresh(issue)
        row.status, row.next_step_at = "resolved", now()
        row.save()
        row = fresh(row)
        assert (row.resolved_at is None, row.next_step_at, clock_of(issue).state) == (False, None, "met")
        assert fresh(issue.order).held_amount == 0
        PaymentIssueLog.objects.update(status="pending")
        assert (fresh(row).resolved_at, str(fresh(issue.order).held_amount)) == (None, "120.00")


class TestAssign:
    def test_agents_take_and_hand_over_leads_assign(self, ada, ben, zoe, lea):
        issue = make_payment_issue(by=ada)
        assert refusal_of(NotAllowed, lambda: actions.assign(issue=issue.pk, to=ben, by=ben)).code == "not_yours"
        assert refusal_of(Invalid, lambda: actions.assign(issue=issue.pk, to=ben, by=ada)).code == "reason_missing"
        assert refusal_of(Conflict, lambda: actions.assign(issue=issue.pk, to=zoe, by=lea)).code == "not_served"
        actions.assign(issue=issue.pk, to=ben, reason="On holiday", by=ada)
        assert fresh(issue).assignee == ben
        assert SupportNotification.objects.get(recipient=ben, about_kind="payment").kind == "assigned"
        actions.assign(issue=issue.pk, to=None, by=lea)
        actions.assign(issue=issue.pk, to=ada, by=ada)
        assert fresh(issue).assignee == ada
        assert ada.workload.load == fresh(ada.workload).load  # it counts no load

    def test_an_agent_who_loses_the_website_loses_the_issue(self, ada):
        issue = make_payment_issue(by=ada)
        ada.support_profile.websites.set([cast.south()])
        assert fresh(issue).assignee is None


class TestEscalate:
    def test_to_an_admin_never_to_oneself(self, ada, ben, lea):
        issue = make_payment_issue(by=ada)
        assert refusal_of(NotAllowed, lambda: actions.escalate(issue=issue.pk, by=ben)).code == "not_yours"
        assert refusal_of(Invalid, lambda: actions.escalate(issue=issue.pk, to=lea, by=ada)).code == "not_an_admin"
        assert actions.escalate(issue=issue.pk, by=ada).escalated_to is None  # there is no admin at all
        ira, otto = cast.ira_who_runs_it(), cast.person("otto", "admin")
        other = make_payment_issue(by=ira)
        assert refusal_of(Invalid, lambda: actions.escalate(issue=other.pk, to=ira, by=ira)).code == "yourself"
        assert actions.escalate(issue=other.pk, by=ira, reason="No answer").escalated_to == otto
        third = make_payment_issue(by=lea)
        assert actions.escalate(issue=third.pk, by=lea).escalated_to == ira  # who has fewer than Otto
        log = EscalationLog.objects.get(payment_issue=other)
        assert (log.type, log.level, log.raised_by, log.reason) == ("payment_issue", 2, ira, "No answer")
        assert SupportNotification.objects.get(recipient=otto).kind == "payment_escalated"
        assert refusal_of(Conflict, lambda: actions.escalate(issue=other.pk, by=lea)).code == "illegal_move"

    def test_what_is_resolved_is_no_longer_escalated(self, ada):
        issue = make_payment_issue(by=ada)
        actions.escalate(issue=issue.pk, by=ada)
        actions.resolve(issue=issue.pk, notes="Paid", by=ada)
        assert EscalationLog.objects.get(payment_issue=issue).status == "resolved"


class TestResolve:
    def test_with_notes_once_and_by_its_owner(self, ada, ben, lea):
        issue = make_payment_issue(by=ada)
        assert refusal_of(Invalid, lambda: actions.resolve(issue=issue.pk, notes=" ", by=ada)).field == "notes"
        assert refusal_of(NotAllowed, lambda: actions.resolve(issue=issue.pk, notes="x", by=ben)).code == "not_yours"
        refusal_of(Stale, lambda: actions.resolve(issue=issue.pk, notes="x", version=issue.version + 1, by=ada))
        done = actions.resolve(issue=issue.pk, notes="Agreed", by=lea)
        assert (done.status, done.resolved_by, done.resolution_notes) == ("resolved", lea, "Agreed")
        assert refusal_of(Conflict, lambda: actions.resolve(issue=issue.pk, notes="x", by=ada)).code == "illegal_move"

    def test_what_goes_back_is_a_money_effect_of_the_order(self, ada):
        issue = make_payment_issue(by=ada)
        make_money_effect(issue.order, "100.00")
        error = refusal_of(Conflict, lambda: actions.resolve(issue=issue.pk, notes="x", amount="20.01", by=ada))
        assert (error.code, error.extra) == ("too_much", {"left": "20.00"})
        assert fresh(issue).is_open
        actions.resolve(issue=issue.pk, notes="Agreed", amount="20.00", by=ada)
        effect = MoneyEffect.objects.get(payment_issue=issue)
        assert (str(effect.amount), effect.kind, effect.cause) == ("20.00", "partial_refund", "payment_issue")
        assert refundable(fresh(issue.order)) == 0


class TestChargeback:
    def test_it_holds_its_amount_while_it_is_open(self, ada):
        issue = make_payment_issue(issue_type="chargeback", amount="70.00", by=ada)
        order = fresh(issue.order)
        assert (str(refundable(order)), str(order.held_amount)) == ("50.00", "70.00")
        with refused("too_much", match=r"50\.00"):
            make_money_effect(order, "60.00")
        actions.resolve(issue=issue.pk, notes="Won", by=ada)
        assert str(refundable(fresh(order))) == "120.00"

    def test_a_lost_one_takes_the_money(self, ada):
        issue = make_payment_issue(issue_type="chargeback", by=ada)
        actions.resolve(issue=issue.pk, notes="Lost", amount="120.00", by=ada)
        order = Order.objects.get(pk=issue.order_id)
        assert (MoneyEffect.objects.get().kind, refundable(order), order.held_amount) == ("chargeback_accepted", 0, 0)
        assert list(holds.differences()) == []


def totals(person) -> list[tuple]:
    return [(row.issue_type, row.currency, row.count, str(row.amount)) for row in listing.totals(viewer_of(person))]


def test_totals_are_exact_by_type_and_currency(ada, zoe, lea):
    for amount in ("0.10", "0.20"):
        make_payment_issue(by=ada, amount=amount)
    make_payment_issue(by=ada, issue_type="chargeback", order=make_order(currency="JPY", amount="1200"))
    make_payment_issue(by=zoe, amount="5", order=make_order(website=cast.south()))
    resolved = make_payment_issue(by=ada, amount="9")
    actions.resolve(issue=resolved.pk, notes="Paid", by=ada)
    assert totals(ada) == [("refund_request", "EUR", 2, "0.30"), ("chargeback", "JPY", 1, "1200.00")]
    assert totals(lea)[0] == ("refund_request", "EUR", 3, "5.30")
