"""Iris edits orders and disputes in admin."""

import pytest

from support_management.disputes import lifecycle
from support_management.models import Dispute, DomainEvent, Order, SupportActionLog, SupportOrderManagement
from support_management.orders import actions
from tests import factories
from tests.admin.conftest import page_of, words

pytestmark = pytest.mark.django_db


def save_order(browser, order: Order, **changes):
    row = Order.objects.get(pk=order.pk)
    names = ("reference", "title", "status", "priority", "version")
    facts = {name: getattr(row, name) for name in names}
    facts |= {"website": row.website_id, "client": row.client_id, "writer": row.writer_id or ""}
    facts["version_seen"] = facts.pop("version")
    return browser.post(page_of(Order, "change", order.pk), facts | changes, follow=True)


def save_dispute(browser, dispute: Dispute, **changes):
    row = Dispute.objects.get(pk=dispute.pk)
    facts = {name: getattr(row, name) for name in ("reason", "amount_at_risk", "priority", "status")}
    facts |= {"assignee": row.assignee_id or "", "version_seen": row.version, "notes": "", "refund": ""}
    for prefix in ("clocks", "resolutions"):
        facts |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return browser.post(page_of(Dispute, "change", dispute.pk), facts | changes, follow=True)


class TestOrders:
    def test_its_status_moves_through_its_door(self, as_ira, ira):
        order = factories.make_order()
        save_order(as_ira, order, status="submitted")
        assert Order.objects.get(pk=order.pk).status == "submitted"
        assert DomainEvent.objects.filter(kind="OrderMoved").exists()
        line = SupportActionLog.objects.get(object_kind="order", verb="status")
        assert (line.actor, line.before, line.after) == (ira, {"status": "in_progress"}, {"status": "submitted"})

    def test_an_illegal_move_is_a_sentence_and_keeps_what_was_typed(self, as_ira):
        order = factories.make_order(status="refunded")
        page = save_order(as_ira, order, status="in_progress", title="Another title").content.decode()
        assert "An order can&#x27;t change from Refunded to In progress." in page
        assert "Another title" in page
        row = Order.objects.get(pk=order.pk)
        assert (row.status, row.title) == ("refunded", order.title)

    def test_what_the_storefront_said_may_be_corrected(self, as_ira, ira):
        order = factories.make_order()
        start = DomainEvent.objects.count()
        save_order(as_ira, order, title="A guide to lakes", status="submitted", amount="1.00")
        row = Order.objects.get(pk=order.pk)
        assert (row.title, row.status) == ("A guide to lakes", "submitted")
        assert row.amount == order.amount, "the shop decides about it"
        kinds = list(DomainEvent.objects.order_by("pk").values_list("kind", flat=True))[start:]
        assert {"OrderMoved", "RecordChanged"} <= set(kinds)
        line = SupportActionLog.objects.filter(object_kind="order", verb="edit").get()
        assert line.actor == ira
        assert line.after["title"] == {"chars": len("A guide to lakes")}

    def test_what_the_shop_and_its_money_say_is_read_only(self, as_ira):
        order = factories.make_order()
        facts = {"amount": "41.98", "paid_amount": "41.98", "currency": "USD", "files_downloaded": "on"}
        facts |= {"payment_status": "refunded", "shop_payment_status": "refunded", "price_change_pending": "on"}
        save_order(as_ira, order, title="A guide to lakes", **facts)
        row = Order.objects.get(pk=order.pk)
        assert row.title == "A guide to lakes"
        for name in facts:
            assert getattr(row, name) == getattr(order, name), name

    def test_one_entered_here_has_the_facts_of_the_shop(self, as_ira):
        order = factories.make_order()
        facts = {"reference": "N-9", "title": "A map", "website": order.website_id, "client": order.client_id}
        facts |= {"status": "in_progress", "priority": 3, "currency": "JPY", "paid_amount": "1200"}
        facts |= {"shop_payment_status": "unpaid"}
        page = as_ira.post(page_of(Order, "add"), facts | {"amount": "1200.5"}).content.decode()
        assert "JPY has no decimals. Enter an amount such as 284." in page
        assert as_ira.post(page_of(Order, "add"), facts | {"amount": "1200"}).status_code == 302
        assert Order.objects.get(reference="N-9").payment_status == "paid"

    def test_who_overtook_the_admin_is_not_written_over(self, as_ira, lea):
        order = factories.make_order()
        seen = order.version
        actions.set_status(order=order.pk, status="submitted", by=lea)
        page = save_order(as_ira, order, title="Too late", version_seen=seen).content.decode()
        assert "changed in the meantime" in page
        assert Order.objects.get(pk=order.pk).title == order.title

    def test_actions_move_several(self, as_ira):
        order, done = factories.make_order(), factories.make_order(status="refunded")
        chosen = {"action": "hold", "_selected_action": [order.pk, done.pk], "reason": "The bank asked"}
        said = words(as_ira.post(page_of(Order, "changelist"), chosen, follow=True))
        assert "1 done: put on hold." in said
        assert any("Not possible while the order is refunded" in word for word in said)
        assert SupportOrderManagement.objects.get().reason == "The bank asked"

    def test_a_deadline_is_moved_for_several(self, as_ira):
        orders = [factories.make_order() for _ in range(2)]
        chosen = {"action": "move_deadline", "_selected_action": [order.pk for order in orders]}
        chosen |= {"reason": "A holiday", "when": "2090-01-01T12:00"}
        assert "2 done: move deadline." in words(as_ira.post(page_of(Order, "changelist"), chosen, follow=True))
        assert {row.deadline.year for row in Order.objects.all()} == {2090}

    def test_an_action_without_a_reason_is_refused(self, as_ira):
        order = factories.make_order()
        chosen = {"action": "cancel", "_selected_action": [order.pk], "reason": ""}
        said = words(as_ira.post(page_of(Order, "changelist"), chosen, follow=True))
        assert any("This can't be empty." in word for word in said)
        assert Order.objects.get(pk=order.pk).status == "in_progress"


class TestDisputes:
    def test_assigning_and_advancing_go_through_the_verbs(self, as_ira, ada):
        dispute = factories.make_dispute()
        save_dispute(as_ira, dispute, assignee=ada.pk, status="under_review")
        row = Dispute.objects.get(pk=dispute.pk)
        assert (row.assignee, row.status, row.units) == (ada, "under_review", 1)
        assert {"DisputeAssigned", "DisputeMoved"} <= set(DomainEvent.objects.values_list("kind", flat=True))

    def test_a_decision_needs_its_reason(self, as_ira):
        dispute = factories.make_dispute()
        page = save_dispute(as_ira, dispute, status="resolved_client").content.decode()
        assert "This can&#x27;t be empty." in page
        assert Dispute.objects.get(pk=dispute.pk).is_open

    def test_a_decision_with_its_reason_is_kept(self, as_ira, ira):
        dispute = factories.make_dispute()
        save_dispute(as_ira, dispute, status="resolved_client", notes="The writer was late.", refund="20.00")
        decision = Dispute.objects.get(pk=dispute.pk).resolutions.get()
        assert (decision.decided_by, decision.notes, str(decision.refund_amount)) == (
            ira,
            "The writer was late.",
            "20.00",
        )

    def test_more_than_the_order_cost_never_goes_back(self, as_ira):
        dispute = factories.make_dispute()
        page = save_dispute(as_ira, dispute, status="resolved_client", notes="x", refund="5000").content.decode()
        assert "The refund can be up to" in page
        assert Dispute.objects.get(pk=dispute.pk).is_open

    def test_the_admin_says_where_the_order_goes(self, as_ira):
        dispute = factories.make_dispute()
        save_dispute(as_ira, dispute, status="withdrawn", notes="Settled.", order_status="paused")
        assert Order.objects.get(pk=dispute.order_id).status == "paused"

    def test_amounts_stay_within_the_orders(self, as_ira):
        dispute = factories.make_dispute()
        page = save_dispute(as_ira, dispute, amount_at_risk="99999.00").content.decode()
        assert "The amount at risk can be up to €120.00." in page
        assert Dispute.objects.get(pk=dispute.pk).amount_at_risk == 120

    def test_the_order_of_an_open_one_does_not_move(self, as_ira):
        dispute = factories.make_dispute()
        assert "open dispute" in save_order(as_ira, dispute.order, status="completed").content.decode()
        assert Order.objects.get(pk=dispute.order_id).status == "disputed"

    def test_a_decided_one_stays_decided(self, as_ira, lea):
        dispute = factories.make_dispute()
        lifecycle.resolve(dispute=dispute.pk, outcome="withdrawn", notes="Settled.", by=lea)
        page = save_dispute(as_ira, dispute, status="open").content.decode()
        assert "is already decided" in page

    def test_a_deadline_from_outside_is_set_by_hand(self, as_ira):
        dispute = factories.make_dispute()
        save_dispute(as_ira, dispute, external_deadline_0="2027-01-31", external_deadline_1="12:00:00")
        row = Dispute.objects.get(pk=dispute.pk)
        assert row.external_deadline.isoformat().startswith("2027-01-31T12:00")
        assert SupportActionLog.objects.filter(object_kind="dispute", verb="edit").exists()

    def test_one_opened_here_disputes_its_order(self, as_ira):
        order = factories.make_order()
        facts = {"order": order.pk, "reason": "late", "amount_at_risk": "10.00"}
        assert as_ira.post(page_of(Dispute, "add"), facts).status_code == 302
        assert Order.objects.get(pk=order.pk).status == "disputed"
        again = as_ira.post(page_of(Dispute, "add"), facts)
        assert "already has an open dispute" in again.content.decode()
        assert Dispute.objects.count() == 1
