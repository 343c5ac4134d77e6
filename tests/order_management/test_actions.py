"""Actions on orders: when they are possible, what they change, and undoing them."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from support_management.audit.models import SupportActionLog
from support_management.core.errors import Conflict, Invalid
from support_management.core.time import now
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.events.models import DomainEvent
from support_management.order_management import deliver, guards, queries, undo
from support_management.order_management.acting import Words
from support_management.order_management.actions import ACTIONS, perform
from support_management.order_management.models import SupportOrderManagement
from support_management.orders.models import Order
from support_management.orders.status import Status
from support_management.people.viewer import viewer_of
from support_management.sla.models import OrderDisputeSLA
from tests.concurrency import at_once, errors
from tests.factories import hold, make_dispute, make_order
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db
WHY = Words("The bank asked for it")
LATER = datetime(2090, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
TAKEN = {"move_deadline": {"deadline": LATER}}
POSSIBLE = {
    "restore_to_progress": {"cancelled", "on_hold", "paused", "completed"},
    "hold": {"in_progress", "submitted", "in_revision"},
    "release": {"on_hold"},
    "cancel": {"pending_payment", "in_progress", "paused", "on_hold", "submitted", "in_revision", "disputed"},
    "move_deadline": {"pending_payment", "in_progress", "paused", "on_hold", "submitted", "in_revision", "disputed"},
    "restrict_files": set(Status.values),
    "enable_files": set(),
    "close_dispute_client": set(),
    "close_dispute_writer": set(),
}
"""Of an order with enabled files and without a dispute."""
BECOMES = {"restore_to_progress": "in_progress", "hold": "on_hold", "release": "in_progress", "cancel": "cancelled"}


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


@pytest.mark.one_database
class TestGuards:
    @pytest.mark.parametrize(("action", "status"), list(product(ACTIONS, Status.values)))
    def test_it_is_performed_or_refused_with_the_reason_of_the_page(self, ada, action, status):
        order = make_order(status=status)
        said = {one.action: one.why_not for one in guards.possibilities(order, None, viewer_of(ada))}[action]
        assert (said == "") == (status in POSSIBLE[action])
        if said:
            with refused("illegal_move", Conflict) as refusal:
                perform(action, order=order.pk, by=ada, words=WHY, **TAKEN.get(action, {}))
            assert refusal.value.text == said
            assert fresh(order).version == order.version
            return
        made = perform(action, order=order.pk, by=ada, words=WHY, version=order.version, **TAKEN.get(action, {}))
        after = fresh(order)
        assert after.status == BECOMES.get(action, status)
        assert (made.order_version, made.reason, made.performed_by) == (after.version, WHY.reason, ada)
        assert DomainEvent.objects.filter(kind="OrderActed", payload__action_id=made.pk).exists()
        assert SupportActionLog.objects.filter(object_kind="order", after__action=made.pk).count() == 1

    def test_around_an_open_dispute_nothing_moves_the_order(self, ada, lea):
        order = make_dispute(assignee=ada).order
        for action in ("hold", "release", "cancel", "restore_to_progress"):
            with refused("illegal_move", Conflict, match="Its outcome moves the order"):
                perform(action, order=order.pk, by=lea, words=WHY)

    def test_each_needs_a_reason(self, ada):
        order = make_order()
        for action in ACTIONS:
            with refused("empty", Invalid, field="reason"):
                perform(action, order=order.pk, by=ada, words=Words(" "), **TAKEN.get(action, {}))

    @pytest.mark.parametrize(("action", "field"), [("hold", "until"), ("move_deadline", "deadline")])
    def test_a_time_lies_in_the_future(self, ada, action, field):
        with refused("not_future", Invalid, field=field):
            perform(action, order=make_order().pk, by=ada, words=WHY, **{field: now()})

    def test_what_it_does_not_take_is_refused(self, ada):
        with refused("not_taken", Invalid, field="amount"):
            perform("cancel", order=make_order().pk, by=ada, words=WHY, amount="10.00")

    def test_other_websites_do_not_see_it_and_parties_do_not_act(self, zoe, cleo):
        order = make_order()
        with refused("not_found"):
            perform("hold", order=order.pk, by=zoe, words=WHY)
        with refused("not_yours"):
            perform("hold", order=order.pk, by=cleo, words=WHY)


class TestHold:
    @pytest.mark.parametrize("status", ["in_progress", "submitted", "in_revision"])
    def test_release_leads_back_to_the_status_before(self, ada, status):
        order = hold(make_order(status=status), by=ada)
        assert OrderDisputeSLA.objects.filter(order=order, is_open=True).count() == 1
        perform("release", order=order.pk, by=ada, words=WHY)
        after = fresh(order)
        assert (after.status, after.held_from, after.held_until) == (status, "", None)
        assert not OrderDisputeSLA.objects.filter(order=order, is_open=True).exists()

    def test_it_is_released_at_its_time_by_the_system(self, ada):
        order = hold(make_order(status="submitted"), by=ada, until=now() + timedelta(hours=1))
        assert deliver.follow() == 0
        Order.objects.filter(pk=order.pk).update(held_until=now() - timedelta(seconds=1))
        assert deliver.follow() == 1
        assert fresh(order).status == "submitted"
        made = SupportOrderManagement.objects.get(order=order, action="release")
        assert (made.performed_by, made.reason) == (None, "The time of the hold is over.")
        assert deliver.follow() == 0

    def test_a_withdrawn_dispute_leads_back_into_the_hold(self, ada, lea):
        order = hold(make_order(status="in_revision"), by=ada, until=LATER)
        dispute = make_dispute(order=order)
        lifecycle.resolve(dispute=dispute.pk, outcome="withdrawn", notes="Settled.", by=lea)
        again = fresh(order)
        assert (again.status, again.held_from, again.held_until) == ("on_hold", "in_revision", LATER)
        perform("release", order=order.pk, by=ada, words=WHY)
        assert fresh(order).status == "in_revision"


class TestDispute:
    def test_the_action_decides_it(self, ada):
        order = make_dispute(assignee=ada).order
        made = perform("close_dispute_client", order=order.pk, by=ada, words=WHY, amount="20.00")
        dispute = Dispute.objects.get(order=order)
        [decision] = dispute.resolutions.all()
        assert (dispute.status, decision.notes, str(decision.refund_amount)) == ("resolved_client", WHY.reason, "20.00")
        assert (fresh(order).status, made.order_version) == ("in_progress", fresh(order).version)
        with refused("decided"):
            undo.undo(action=made.pk, by=ada)
        assert_desk_is_right()

    def test_it_is_shown_who_has_it(self, ada, ben):
        order = make_dispute(assignee=ben).order
        found = guards.possibilities(order, queries.open_dispute(order.pk), viewer_of(ada))
        said = {one.action: one.why_not for one in found}
        assert said["close_dispute_writer"] == "The dispute is assigned to another agent."
        with refused("illegal_move", match=said["close_dispute_writer"]):
            perform("close_dispute_writer", order=order.pk, by=ada, words=WHY)


class TestUndo:
    @pytest.mark.parametrize(
        ("action", "facts"),
        [
            ("hold", {"status": "submitted"}),
            ("release", {"status": "on_hold", "held_from": "in_revision", "held_until": LATER}),
            ("restore_to_progress", {"status": "cancelled"}),
            ("cancel", {"status": "on_hold", "held_from": "submitted"}),
            ("move_deadline", {"deadline": datetime(2080, 1, 1, 9, 0, 0, 654321, tzinfo=UTC)}),
            ("restrict_files", {}),
            ("enable_files", {"files_enabled": False}),
        ],
    )
    def test_the_order_is_as_it_was(self, ada, action, facts):
        names = ("status", "deadline", "files_enabled", "held_from", "held_until")
        order = make_order(**facts)
        made = perform(action, order=order.pk, by=ada, words=WHY, **TAKEN.get(action, {}))
        assert [getattr(fresh(order), name) for name in names] != [getattr(order, name) for name in names]
        undone = undo.undo(action=made.pk, by=ada)
        assert [getattr(fresh(order), name) for name in names] == [getattr(order, name) for name in names]
        assert (undone.state, SupportActionLog.objects.filter(after__action=made.pk).count()) == ("undone", 2)
        assert_desk_is_right()

    def test_only_ones_own_in_time_and_once(self, ada, lea):
        order = make_order()
        made = perform("hold", order=order.pk, by=ada, words=WHY)
        with refused("not_yours"):
            undo.undo(action=made.pk, by=lea)
        SupportOrderManagement.objects.filter(pk=made.pk).update(created_at=now() - timedelta(minutes=2))
        with refused("too_late"):
            undo.undo(action=made.pk, by=ada)
        SupportOrderManagement.objects.filter(pk=made.pk).update(created_at=now())
        undo.undo(action=made.pk, by=ada)
        with refused("touched"):
            undo.undo(action=made.pk, by=ada)
        assert fresh(order).status == "in_progress"

    def test_not_over_a_later_change(self, ada, lea):
        order = make_order()
        made = perform("restrict_files", order=order.pk, by=ada, words=WHY)
        perform("hold", order=order.pk, by=lea, words=WHY)
        with refused("touched"):
            undo.undo(action=made.pk, by=ada)
        assert not fresh(order).files_enabled


@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_one_wins(ada, lea):
    order = make_order()
    actions = ["hold", "cancel", "restrict_files", "move_deadline"] * 12 + ["hold", "cancel"]

    def act(name: str):
        values = TAKEN.get(name, {})
        return lambda: perform(name, order=order.pk, by=lea, words=WHY, version=order.version, **values)

    results = at_once(*[act(name) for name in actions])
    refusals = errors(results)
    assert len(refusals) == 49
    assert {getattr(error, "code", repr(error)) for error in refusals} <= {"stale"}
    assert fresh(order).version == order.version + 1
    assert SupportOrderManagement.objects.count() == 1
