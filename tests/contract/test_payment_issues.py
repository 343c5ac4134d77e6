"""What clients that were there before call about payment issues."""

import pytest

from support_management.models import PaymentIssueLog
from tests import cast
from tests.api.program import Program, problem
from tests.factories import make_order, make_payment_issue

READ = {"order", "reported_by", "issue_type", "description", "status", "escalated_to", "resolution_notes"}
READ |= {"reported_at", "resolved_at"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def program(ada) -> Program:
    return Program(ada)


def test_an_issue_is_created_listed_read_and_changed(program, ada):
    order = make_order()
    answer = program.post(
        "payment-issues/", order=order.pk, issue_type="overpayment", received_amount="240.00", description="Twice"
    )
    assert answer.status_code == 201
    row = answer.json()
    assert row.keys() >= READ
    assert (row["order"], row["issue_type"], row["status"], row["escalated_to"]) == (
        order.pk,
        "overpayment",
        "pending",
        None,
    )
    assert (row["reported_by"]["id"], row["amount"], row["difference"]) == (ada.pk, "120.00", "120.00")
    assert [clock["metric"] for clock in row["sla"]] == ["resolution"]
    page = program.get("payment-issues/", order=str(order.pk)).json()
    assert (page.keys(), page["results"]) == ({"next", "previous", "results"}, [row])
    assert program.get("payment-issues/", issue_type="chargeback").json()["results"] == []
    assert program.get(f"payment-issues/{row['id']}/").json() == row
    changed = program.call("patch", f"payment-issues/{row['id']}/", description="Charged twice", version=row["version"])
    assert (changed.status_code, changed.json()["description"]) == (200, "Charged twice")
    problem(
        program.call("patch", f"payment-issues/{row['id']}/", description="x", version=row["version"]), 409, "stale"
    )


def test_it_is_escalated_to_an_admin_or_nobody(program):
    first, second = make_payment_issue(), make_payment_issue()
    answer = program.post(f"payment-issues/{first.pk}/escalate_issue/")
    assert (answer.status_code, answer.json()["escalated_to"]) == (200, None)
    assert answer.json().keys() >= READ | {"message"}
    ira = cast.ira_who_runs_it()
    assert program.post(f"payment-issues/{second.pk}/escalate_issue/").json()["escalated_to"]["id"] == ira.pk
    of_her_own = make_payment_issue(by=ira)
    assert Program(ira).post(f"payment-issues/{of_her_own.pk}/escalate_issue/").json()["escalated_to"] is None
    problem(program.post(f"payment-issues/{second.pk}/escalate_issue/"), 409, "illegal_move")


def test_it_is_resolved_with_notes_and_money(program):
    issue = make_payment_issue()
    refusal = problem(program.post(f"payment-issues/{issue.pk}/resolve/", notes="x", amount="120.01"), 409, "too_much")
    assert refusal["left"] == "120.00"
    answer = program.post(f"payment-issues/{issue.pk}/resolve/", notes="Agreed", amount="20.00", version=issue.version)
    assert (answer.status_code, answer.json()["status"], answer.json()["resolution_notes"]) == (
        200,
        "resolved",
        "Agreed",
    )
    assert answer.json()["resolved_at"]
    [effect] = program.get("money-effects/").json()["results"]
    assert (effect["cause"], effect["payment_issue"]) == ("payment_issue", issue.pk)


def test_steps_and_totals_and_a_key_that_acts_once(program):
    issue = make_payment_issue(amount="0.10")
    step = {
        "kind": "retry",
        "outcome": "failed",
        "failure_code": "expired_card",
        "next_step_at": "2090-01-01T09:00:00Z",
    }
    answers = [program.post(f"payment-issues/{issue.pk}/steps/", key="one", **step) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    [row] = program.get(f"payment-issues/{issue.pk}/steps/").json()["results"]
    assert (row["failure"], row["next_step_at"]) == ("Card expired", "2090-01-01T09:00:00.000000Z")
    assert PaymentIssueLog.objects.get().failure_code == "expired_card"
    totals = program.get("payment-issues/totals/").json()
    assert totals == {"totals": [{"issue_type": "refund_request", "currency": "EUR", "count": 1, "amount": "0.10"}]}


def test_a_second_one_of_the_type_names_the_first(program):
    issue = make_payment_issue()
    refusal = problem(
        program.post("payment-issues/", order=issue.order_id, issue_type="refund_request"), 409, "already_open"
    )
    assert refusal["open"] == issue.pk


def test_the_dashboard_lists_its_order(program):
    issue = make_payment_issue()
    listed = program.get("dashboard/orders/").json()["payment_issue_orders"]
    assert [order["id"] for order in listed["orders"]] == [issue.order_id]
