"""Payment issues of the demo: of each type some open ones, with contacts and retries, and some that were resolved."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from support_management.management.demo.clock_rows import clock_with_history, shown
from support_management.management.demo.demo_context import DemoContext
from support_management.management.demo.row_batch import RowBatch
from support_management.orders.models import Order
from support_management.payment_issues.amounts import amounts_of
from support_management.payment_issues.models import PaymentIssueLog, PaymentIssueStep
from support_management.payment_issues.status import MISSING
from support_management.sla.defaults import PAYMENT

TARGET = timedelta(minutes=PAYMENT)
ISSUES = (
    ("unpaid_order", "pending", "agent1", 5, ""),
    ("failed_payment", "pending", "agent1", 9, "insufficient_funds"),
    ("refund_request", "pending", "agent2", 3, ""),
    ("chargeback", "escalated", "agent2", 11, ""),
    ("overpayment", "pending", None, 1, ""),
    ("underpayment", "pending", "agent1", 14, ""),
    ("failed_payment", "pending", None, 2, "expired_card"),
    ("failed_payment", "resolved", "agent1", 60, "incorrect_cvc"),
    ("unpaid_order", "resolved", "agent2", 90, ""),
    ("overpayment", "resolved", "agent1", 130, ""),
)
"""Type, status, owner, hours since the report, failure code."""
TEXTS = {
    "unpaid_order": "The order was started before the payment arrived.",
    "failed_payment": "The card of the client was declined at the shop.",
    "refund_request": "The client asks for a part of the price back: two pages less than agreed.",
    "chargeback": "The client's bank has taken the payment back.",
    "overpayment": "The client was charged twice.",
    "underpayment": "The bank transfer was short of the fees.",
}
NOTES = "Settled with the client; the shop has confirmed the payment."
_UNPAID = ("unpaid_order", "failed_payment")


def add(batch: RowBatch, context: DemoContext) -> None:
    """One issue for each line of ISSUES, of an order whose payment fits; lines without such an order are left out."""
    rng, used = Random(f"{context.seed}:payment issues"), {row.order.reference for row in batch.disputes}
    used |= {row.order.reference for row in batch.effects}
    for issue_type, status, owner, hours, code in ISSUES:
        order = next((row for row in batch.orders if row.reference not in used and _fits(row, issue_type)), None)
        if order is not None:
            used.add(order.reference)
            _add(batch, context, _issue(context, order, issue_type, status, owner, hours, code), rng)


def _fits(order: Order, issue_type: str) -> bool:
    unpaid = order.paid_amount == 0 and order.amount > 0
    whole = order.paid_amount == order.amount > 0 and not order.committed_amount and order.payment_status == "paid"
    return order.status in ("pending_payment", "in_progress", "submitted", "paused", "completed") and (
        unpaid if issue_type in _UNPAID else whole
    )


def _issue(
    context: DemoContext, order: Order, issue_type: str, status: str, owner: str | None, hours: int, code: str
) -> PaymentIssueLog:
    at = context.moment - timedelta(hours=hours)
    order.created_at = min(order.created_at, at - timedelta(hours=2))
    resolved_at = at + timedelta(hours=8) if status == "resolved" else None
    person = context.people[owner] if owner else None
    return PaymentIssueLog(
        order=order,
        issue_type=issue_type,
        description=TEXTS[issue_type],
        status=status,
        priority=order.priority,
        assignee=person,
        reported_by=person or context.people["lead"],
        escalated_to=context.people["admin"] if status == "escalated" else None,
        failure_code=code,
        external_deadline=context.moment + timedelta(days=6) if issue_type == "chargeback" else None,
        next_step_at=context.moment + timedelta(hours=20) if owner and status == "pending" else None,
        resolution_notes=NOTES if resolved_at else "",
        resolved_by=person if resolved_at else None,
        resolved_at=resolved_at,
        reported_at=at,
        updated_at=resolved_at or at,
        **_amounts(order, issue_type),
    )


def _amounts(order: Order, issue_type: str) -> dict[str, Decimal]:
    expected, received, amount = order.amount, order.paid_amount, None
    if issue_type == "overpayment":
        received = order.amount * 2
    elif issue_type == "underpayment":
        received = order.amount - 1
    elif issue_type in ("refund_request", "chargeback"):
        amount = order.amount if issue_type == "chargeback" else min(order.amount, Decimal(12))
    elif issue_type in MISSING:
        received = Decimal(0)
    return amounts_of(order, issue_type, expected=expected, received=received, amount=amount).columns


def _add(batch: RowBatch, context: DemoContext, issue: PaymentIssueLog, rng: Random) -> None:
    batch.payment_issues.append(issue)
    if issue.issue_type == "chargeback" and not issue.resolved_at:
        issue.order.held_amount = issue.amount
    clock, history = clock_with_history(
        start=issue.reported_at,
        target=TARGET,
        done=issue.resolved_at,
        now=context.moment,
        policy=context.policies["payment", issue.priority],
        metric="resolution",
        by=issue.assignee,
        payment=issue,
    )
    batch.clocks.append(clock)
    batch.history += history
    shown_as = shown([clock])
    issue.next_due_at, issue.due_state = shown_as["next_due_at"], shown_as["due_state"]
    if issue.assignee:
        batch.payment_steps += _steps(issue, rng)


def _steps(issue: PaymentIssueLog, rng: Random) -> list[PaymentIssueStep]:
    """A retry where a payment failed, and a contact with the client."""
    made: list[dict] = []
    at = issue.reported_at + timedelta(minutes=20)
    if issue.failure_code:
        made.append({"kind": "retry", "outcome": "failed", "failure_code": issue.failure_code})
    note = rng.choice(("Sent the payment link again.", "Left a message.", "Asked for a copy of the transfer."))
    made.append({"kind": "contact", "outcome": rng.choice(("reached", "promised")), "note": note})
    made[-1]["next_step_at"] = issue.next_step_at
    rows = [PaymentIssueStep(issue=issue, by=issue.assignee, **values) for values in made]
    for number, row in enumerate(rows):
        row.at = at + timedelta(minutes=15 * number)
    return rows
