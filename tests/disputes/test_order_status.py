"""An order is disputed while its dispute is open, and moves on with the decision."""

import pytest

from support_management.audit.models import SupportActionLog
from support_management.core.errors import Conflict, Invalid
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.orders import actions
from support_management.orders.models import Order
from support_management.orders.status import DISPUTABLE, Status
from support_management.people.models import User
from support_management.sla.models import OrderDisputeSLA
from tests.factories import make_dispute, make_order
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def decide(dispute: Dispute, by: User, outcome: str, **facts) -> str:
    """The status of the order afterwards."""
    lifecycle.resolve(dispute=dispute.pk, outcome=outcome, notes="Decided", by=by, **facts)
    return Order.objects.get(pk=dispute.order_id).status


def order_clocks(order_id: int) -> list[str]:
    return list(OrderDisputeSLA.objects.filter(order=order_id).order_by("cycle").values_list("state", flat=True))


class TestDecision:
    @pytest.mark.parametrize(
        ("outcome", "refund", "after"),
        [
            ("resolved_client", "120.00", "refunded"),
            ("resolved_client", "119.99", "in_progress"),
            ("resolved_client", 0, "in_progress"),
            ("resolved_writer", 0, "completed"),
        ],
    )
    def test_the_outcome_moves_the_order_and_meets_its_clock(self, ada, outcome, refund, after):
        row = make_dispute(assignee=ada)
        assert decide(row, ada, outcome, refund=refund) == after
        assert order_clocks(row.order_id) == ["met"]
        line = SupportActionLog.objects.filter(object_kind="order", verb="status").latest("pk")
        assert (line.actor, line.before, line.after) == (ada, {"status": "disputed"}, {"status": after})
        assert_desk_is_right()

    @pytest.mark.parametrize("before", DISPUTABLE)
    def test_withdrawn_it_is_where_it_was(self, lea, before):
        row = make_dispute(order=make_order(status=before))
        assert decide(row, lea, "withdrawn") == before
        assert order_clocks(row.order_id) == ["met", "running"] if before == "on_hold" else ["met"]
        assert_desk_is_right()

    def test_where_it_was_is_unknown_of_an_old_dispute(self, lea):
        row = make_dispute(order=make_order(status="disputed"))
        assert row.order_status_before == ""
        assert decide(row, lea, "withdrawn") == "in_progress"

    @pytest.mark.one_database
    @pytest.mark.parametrize("after", [*DISPUTABLE, "cancelled"])
    @pytest.mark.parametrize("outcome", ["resolved_client", "withdrawn"])
    def test_whoever_decides_may_say_where_it_goes(self, ada, after, outcome):
        assert decide(make_dispute(), ada, outcome, order_status=after) == after

    @pytest.mark.parametrize(
        ("status", "code"),
        [("refunded", "not_refunded"), ("disputed", "unknown_status"), ("pending_payment", "unknown_status")],
    )
    def test_where_it_cannot_go_it_stays_and_so_does_the_dispute(self, ada, status, code):
        row = make_dispute()
        with refused(code, Invalid, field="order_status"):
            decide(row, ada, "resolved_client", refund="20.00", order_status=status)
        assert Dispute.objects.get(pk=row.pk).is_open
        assert Order.objects.get(pk=row.order_id).status == "disputed"
        assert_desk_is_right()


@pytest.mark.one_database
class TestByHand:
    @pytest.mark.parametrize("status", [word for word in Status.values if word != "disputed"])
    def test_with_an_open_dispute_it_moves_only_with_it(self, lea, status):
        order_id = make_dispute().order_id
        with refused("in_dispute", Conflict):
            actions.set_status(order=order_id, status=status, by=lea)
        assert Order.objects.get(pk=order_id).status == "disputed"

    def test_it_becomes_disputed_by_a_dispute_only(self, lea):
        for status in Status.values:
            if status != "disputed":
                with refused("illegal_move", Conflict):
                    actions.set_status(order=make_order(status=status).pk, status="disputed", by=lea)

    @pytest.mark.parametrize("before", ["completed", "cancelled", "disputed"])
    def test_nobody_refunds_by_a_word(self, ada, lea, before):
        order = make_order(status=before)
        for by in (ada, lea, None):
            with refused("by_refund", Conflict, match="resolve the dispute"):
                actions.set_status(order=order.pk, status="refunded", by=by)
        assert Order.objects.get(pk=order.pk).status == before


class TestShell:
    def test_an_order_stays_disputed_and_what_was_written_is_not_lost(self, lea):
        row = make_dispute()
        Order.objects.filter(pk=row.order_id).update(status="submitted")
        assert Order.objects.get(pk=row.order_id).status == "disputed"
        assert decide(row, lea, "withdrawn") == "submitted"
        assert_desk_is_right()

    @pytest.mark.parametrize(("outcome", "after"), [("resolved_writer", "completed"), ("withdrawn", "in_revision")])
    def test_a_dispute_decided_and_opened_again_takes_its_order_along(self, outcome, after):
        row = make_dispute(order=make_order(status="in_revision"))
        Dispute.objects.filter(pk=row.pk).update(status=outcome)
        assert Order.objects.get(pk=row.order_id).status == after
        assert order_clocks(row.order_id) == ["met"]
        Dispute.objects.filter(pk=row.pk).update(status="open")
        assert Order.objects.get(pk=row.order_id).status == "disputed"
        assert_desk_is_right()

    def test_so_do_many(self, monkeypatch):
        monkeypatch.setattr("support_management.events.live_models.MANY", 1)
        rows = [make_dispute(), make_dispute()]
        Order.objects.update(status="completed")
        assert set(Order.objects.values_list("status", flat=True)) == {"disputed"}
        Dispute.objects.filter(pk__in=[row.pk for row in rows]).update(status="withdrawn")
        assert set(Order.objects.values_list("status", flat=True)) == {"completed"}
        assert_desk_is_right()
