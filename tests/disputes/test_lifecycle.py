"""A dispute is opened, assigned, moved along and decided."""

from decimal import Decimal
from functools import partial
from itertools import product

import pytest

from support_management.core.errors import Conflict, Invalid, NotAllowed
from support_management.disputes import lifecycle, queries
from support_management.disputes.models import Dispute, DisputeResolutionLog
from support_management.disputes.status import IS_OPEN, MOVES, OUTCOMES, Status
from support_management.notifications.models import SupportNotification
from support_management.orders import actions
from support_management.orders.models import Order
from support_management.people.models import SupportProfile, SupportWorkloadTracker
from support_management.people.viewer import viewer_of
from support_management.routing.models import ReassignmentLog
from support_management.tickets.models import Ticket
from tests import cast
from tests.concurrency import at_once, errors
from tests.factories import hold, make_dispute, make_order, make_ticket
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db


class TestOpen:
    def test_cleo_disputes_her_order(self, cleo):
        order = make_order()
        row = lifecycle.open_dispute(order=order.pk, by=cleo, reason="late")
        assert (row.status, row.amount_at_risk, row.raised_by) == ("open", Decimal("120.00"), cleo)
        assert Order.objects.get(pk=order.pk).status == "disputed"
        assert_desk_is_right()

    def test_a_second_one_is_refused_while_the_first_is_open(self, cleo):
        row = make_dispute()
        with refused("already_disputed", Conflict):
            lifecycle.open_dispute(order=row.order_id, by=cleo, reason="late")

    def test_after_the_decision_there_may_be_another(self, cleo, lea):
        row = make_dispute()
        lifecycle.resolve(dispute=row.pk, outcome="withdrawn", notes="She wrote so", by=lea)
        again = lifecycle.open_dispute(order=row.order_id, by=cleo, reason="quality")
        assert again.pk != row.pk
        assert_desk_is_right()

    def test_an_order_that_cannot_be_disputed_stays_as_it_is(self, cleo):
        order = make_order(status="refunded")
        with refused("illegal_move", Conflict):
            lifecycle.open_dispute(order=order.pk, by=cleo, reason="late")
        assert not Dispute.objects.exists()

    def test_the_ticket_it_came_up_on_leads_to_it(self, ada):
        order = make_order()
        ticket = make_ticket(order=order, assignee=ada)
        row = lifecycle.open_dispute(order=order.pk, by=ada, reason="late", ticket=ticket.pk)
        assert Ticket.objects.get(pk=ticket.pk).dispute == row
        with refused("other_order", Invalid, field="ticket"):
            lifecycle.open_dispute(order=make_order().pk, by=ada, reason="late", ticket=ticket.pk)

    def test_somebody_elses_order_is_not_found(self, zoe, eda):
        order = make_order()
        for person in (zoe, eda, cast.person("carl", "client")):
            with refused("not_found"):
                lifecycle.open_dispute(order=order.pk, by=person, reason="late")

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("reason", "why", "unknown_reason"),
            ("amount", "-1", "bad_amount"),
            ("amount", "1.005", "bad_amount"),
            ("amount", "NaN", "bad_amount"),
        ],
    )
    def test_what_cannot_be_taken_is_named(self, cleo, field, value, code):
        with refused(code, Invalid, field=field):
            lifecycle.open_dispute(**{"order": make_order().pk, "by": cleo, "reason": "late"} | {field: value})


class TestAssign:
    def test_ada_takes_a_free_one_and_puts_it_back(self, ada):
        row = make_dispute()
        lifecycle.assign(dispute=row.pk, to=ada, by=ada)
        assert SupportWorkloadTracker.objects.get(user=ada).load == 1
        lifecycle.assign(dispute=row.pk, to=None, by=ada)
        assert SupportWorkloadTracker.objects.get(user=ada).load == 0
        assert_desk_is_right()

    def test_she_hands_hers_to_ben_with_a_reason(self, ada, ben):
        row = make_dispute(assignee=ada)
        with refused("reason_missing", Invalid, field="reason"):
            lifecycle.assign(dispute=row.pk, to=ben, by=ada)
        lifecycle.assign(dispute=row.pk, to=ben, by=ada, reason="Knows the writer")
        last = ReassignmentLog.objects.filter(dispute=row).latest("pk")
        assert (last.from_agent, last.to_agent, last.reason) == (ada, ben, "Knows the writer")
        assert SupportNotification.objects.filter(recipient=ben, kind="assigned").exists()
        assert_desk_is_right()

    def test_without_room_she_is_refused_and_lea_is_not(self, ada, lea):
        SupportProfile.objects.filter(user=ada).update(capacity=0)
        row = make_dispute()
        with refused("no_room", Conflict, match="Not enough capacity"):
            lifecycle.assign(dispute=row.pk, to=ada, by=ada)
        lifecycle.assign(dispute=row.pk, to=ada, by=lea)
        assert_desk_is_right()

    def test_bens_is_out_of_her_sight_and_a_party_assigns_nothing(self, ada, ben, cleo):
        row = make_dispute(assignee=ben)
        with refused("not_found"):
            lifecycle.assign(dispute=row.pk, to=ada, by=ada)
        with refused("not_yours", NotAllowed):
            lifecycle.assign(dispute=row.pk, to=None, by=cleo)

    def test_only_to_agents_who_serve_the_website(self, lea, zoe, cleo):
        row = make_dispute()
        for person, code in ((zoe, "not_served"), (cleo, "not_an_agent")):
            with refused(code, Conflict):
                lifecycle.assign(dispute=row.pk, to=person, by=lea)


class TestAdvance:
    @pytest.mark.parametrize(("before", "after"), list(product(Status.values, IS_OPEN)))
    def test_every_step_is_legal_or_refused(self, before, after, lea):
        row = make_dispute()
        if before in OUTCOMES:
            lifecycle.resolve(dispute=row.pk, outcome=before, notes="Decided", by=lea)
        elif before != "open":
            lifecycle.advance(dispute=row.pk, status=before, by=lea)
        if after == before or after in MOVES[before]:
            assert lifecycle.advance(dispute=row.pk, status=after, by=lea).status == after
        else:
            with refused("decided" if before in OUTCOMES else "illegal_move", Conflict):
                lifecycle.advance(dispute=row.pk, status=after, by=lea)

    @pytest.mark.parametrize("status", ["withdrawn", "gone", None])
    def test_an_outcome_is_no_step(self, lea, status):
        with refused("unknown_status", Invalid, field="status"):
            lifecycle.advance(dispute=make_dispute().pk, status=status, by=lea)


class TestResolve:
    def test_the_decision_is_kept_with_its_reason_and_frees_the_agent(self, ada):
        row = make_dispute(assignee=ada)
        lifecycle.resolve(dispute=row.pk, outcome="resolved_client", notes="It never came", by=ada, refund="60.00")
        log = DisputeResolutionLog.objects.get(dispute=row)
        assert (log.decision, log.decided_by, log.refund_amount) == ("resolved_client", ada, Decimal("60.00"))
        tracker = SupportWorkloadTracker.objects.get(user=ada)
        assert (tracker.load, tracker.disputes_handled) == (0, 1)
        assert_desk_is_right()

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("notes", " ", "empty"),
            ("outcome", "open", "unknown_outcome"),
            ("refund", "121", "too_much"),
            ("refund", "x", "bad_amount"),
            ("refund", -1, "bad_amount"),
        ],
    )
    def test_what_cannot_be_taken_changes_nothing(self, ada, field, value, code):
        row = make_dispute(assignee=ada)
        with refused(code, Invalid, field=field):
            lifecycle.resolve(**{"dispute": row.pk, "outcome": "withdrawn", "notes": "x", "by": ada} | {field: value})
        assert Dispute.objects.get(pk=row.pk).is_open
        assert_desk_is_right()

    def test_a_party_decides_nothing(self, cleo):
        with refused("not_yours", NotAllowed):
            lifecycle.resolve(dispute=make_dispute().pk, outcome="resolved_client", notes="Mine", by=cleo)

    def test_an_old_version_is_refused(self, ada):
        row = make_dispute(assignee=ada)
        with refused("stale"):
            lifecycle.resolve(dispute=row.pk, outcome="withdrawn", notes="x", by=ada, version=row.version - 1)


class TestBoard:
    def test_amounts_and_counts_equal_the_cards(self, lea, ada):
        for at in range(4):
            make_dispute(order=make_order(amount=f"{at + 1}0.00"), assignee=ada if at % 2 else None)
        for viewer in (viewer_of(lea), viewer_of(ada)):
            facts = queries.column_totals(viewer)
            for slug in queries.COLUMNS:
                cards = list(queries.column(slug, viewer))
                assert facts[slug][0] == len(cards)
                assert sum(amount for _, amount in facts[slug][1]) == sum(card.amount_at_risk for card in cards)

    def test_it_shows_decided_ones_for_a_week(self, lea):
        row = make_dispute()
        lifecycle.resolve(dispute=row.pk, outcome="withdrawn", notes="x", by=lea)
        assert [card.pk for card in queries.column("resolved", viewer_of(lea))] == [row.pk]


class TestOrder:
    def test_lea_moves_an_order_and_it_counts_as_managed(self, lea):
        order = make_order()
        assert hold(order, by=lea).status == "on_hold"
        assert SupportWorkloadTracker.objects.get(user=lea).orders_managed == 1

    def test_an_illegal_move_or_an_old_version_is_refused(self, lea):
        order = make_order()
        wrong = {"illegal_move": {"status": "refunded"}, "unknown_status": {"status": "nonsense"}}
        for code, facts in (wrong | {"stale": {"status": "submitted", "version": 9}}).items():
            with refused(code):
                actions.set_status(order=order.pk, by=lea, **facts)
        assert Order.objects.get(pk=order.pk).version == order.version

    def test_parties_look_and_do_not_touch(self, cleo, zoe):
        order = make_order()
        with refused("not_yours", NotAllowed):
            actions.set_status(order=order.pk, status="cancelled", by=cleo)
        with refused("not_found"):
            actions.set_status(order=order.pk, status="cancelled", by=zoe)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_parties_open_one_dispute(self, cleo, wim):
        order = make_order()
        opening = [partial(lifecycle.open_dispute, order=order.pk, by=person, reason="late") for person in (cleo, wim)]
        results = at_once(*opening)
        assert [error.code for error in errors(results)] == ["already_disputed"]
        assert Dispute.objects.count() == 1

    def test_two_decisions_are_one(self, lea):
        row = make_dispute()
        decide = partial(lifecycle.resolve, dispute=row.pk, notes="x", by=lea)
        results = at_once(partial(decide, outcome="resolved_client"), partial(decide, outcome="resolved_writer"))
        assert [error.code for error in errors(results)] == ["decided"]
        assert DisputeResolutionLog.objects.count() == 1
        assert_desk_is_right()
