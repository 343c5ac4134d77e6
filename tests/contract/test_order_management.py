"""What clients that were there before call about actions on orders."""

import pytest

from support_management.disputes import lifecycle
from support_management.models import Order, SupportOrderManagement
from tests.api.program import Program, problem
from tests.factories import hold, make_dispute, make_order, make_ticket

READ = {"id", "order", "action", "reason", "before", "after"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def program(ada) -> Program:
    return Program(ada)


@pytest.mark.parametrize("name", ["restore_in_progress", "restore_to_progress"])
def test_an_order_is_restored_under_both_names(program, name):
    order = make_order(status="cancelled")
    answer = program.post("order-management/", order=order.pk, action=name, reason="By mistake")
    assert answer.status_code == 201
    assert answer.json().keys() >= READ
    assert answer.json()["action"] == "restore_to_progress"
    assert Order.objects.get(pk=order.pk).status == "in_progress"


@pytest.mark.parametrize(
    ("name", "outcome"), [("close_dispute_client", "resolved_client"), ("close_dispute_writer", "resolved_writer")]
)
def test_a_dispute_is_closed(program, ada, name, outcome):
    dispute = make_dispute(assignee=ada)
    answer = program.post("order-management/", order=dispute.order_id, action=name, reason="As agreed")
    assert (answer.status_code, answer.json()["action"]) == (201, name)
    dispute.refresh_from_db()
    assert dispute.status == outcome


def test_the_address_of_an_action_restores_its_order(program, ada):
    order = hold(make_order(), by=ada)
    row = SupportOrderManagement.objects.get(order=order)
    answer = program.post(f"order-management/{row.pk}/restore_to_progress/")
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["order"]) == (row.pk, order.pk)
    assert answer.json()["order_status"] == Order.objects.get(pk=order.pk).status == "in_progress"
    again = problem(program.post(f"order-management/{row.pk}/restore_to_progress/"), 409, "illegal_move")
    assert "in progress" in again["detail"]


def test_beside_it_the_address_of_the_order(program):
    order = make_order(status="paused")
    answer = program.post(f"orders/{order.pk}/restore_to_progress/", reason="Back", version=order.version)
    assert (answer.status_code, answer.json()["order_status"]) == (200, "in_progress")
    problem(program.post(f"orders/{order.pk}/restore_to_progress/", reason="Back"), 409, "illegal_move")


def test_lists_and_rows(program, ada):
    order = hold(make_order(), by=ada)
    page = program.get("order-management/", order=str(order.pk)).json()
    assert page.keys() == {"next", "previous", "results"}
    [row] = page["results"]
    assert row.keys() >= READ
    assert program.get(f"order-management/{row['id']}/").json() == row
    assert program.get("order-management/", action="cancel").json()["results"] == []


def test_the_dashboard_of_orders(program, ada, lea, zoe, django_assert_max_num_queries):
    disputed = make_dispute(assignee=ada).order
    unpaid = make_order(paid_amount=0, shop_payment_status="failed", payment_status="failed")
    ticketed = make_ticket(order=make_order(payment_status="paid")).order
    refunded = make_dispute(order=make_order(payment_status="paid"))
    lifecycle.resolve(dispute=refunded.pk, outcome="resolved_client", notes="Late.", refund="20.00", by=lea)
    Order.objects.filter(pk__in=[disputed.pk, ticketed.pk]).update(payment_status="paid")
    with django_assert_max_num_queries(12):
        board = program.get("dashboard/orders/").json()
    found = {name: [row["id"] for row in part["orders"]] for name, part in board.items() if "orders" in part}
    assert found == {
        "disputed_orders": [disputed.pk],
        "payment_issue_orders": [unpaid.pk],
        "orders_with_tickets": [ticketed.pk],
    }
    assert {board[name]["count"] for name in found} == {1}
    [refund] = board["pending_refunds"]["refunds"]
    assert refund.keys() == {"id", "order_id", "amount", "reason", "status", "created_at"}
    assert (refund["order_id"], refund["amount"], board["pending_refunds"]["count"]) == (refunded.order_id, "20.00", 1)
    assert board["summary"] == {"total_requiring_attention": 4}
    assert Program(zoe).get("dashboard/orders/").json()["summary"] == {"total_requiring_attention": 0}
