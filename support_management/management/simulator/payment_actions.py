"""What agents and leads do about the payments of orders."""

from datetime import timedelta

from support_management.core.time import now
from support_management.management.simulator.action_context import ActionContext
from support_management.management.simulator.api_client import ApiResponse
from support_management.payment_issues.failure_codes import CODES

MOST_ISSUES = 40
ESCALATE_SHARE, RESOLVE_SHARE, RETRY_SHARE = 0.1, 0.35, 0.4
NOTES = ("The client has paid by another card.", "The bank has confirmed the payment.", "Settled with the client.")


def log_issue(context: ActionContext) -> ApiResponse | None:
    """A lead logs what is wrong with the payment of an order."""
    order = context.cache.pick("orders", lambda row: bool(_types_of(row)), context.rng)
    lead = context.rng.choice(context.leads)
    if order is None or _open_issues(context, lead) >= MOST_ISSUES:
        return None
    body = {"order": order["id"], "issue_type": context.rng.choice(_types_of(order))}
    if body["issue_type"] == "failed_payment":
        body["failure_code"] = context.rng.choice(sorted(CODES))
    if body["issue_type"] in ("refund_request", "chargeback"):
        body["amount"] = order["amount"]
        body["received_amount"] = order["amount"]
    return context.api.post("payment-issues/", lead.token, body)


def follow_up(context: ActionContext) -> ApiResponse | None:
    """A lead contacts a client, retries a payment, escalates an issue or resolves it."""
    lead = context.rng.choice(context.leads)
    page = context.api.get("payment-issues/?is_open=true&limit=50", lead.token)
    if not page.good or not page.data["results"]:
        return None
    issue, draw = context.rng.choice(page.data["results"]), context.rng.random()
    path = f"payment-issues/{issue['id']}"
    if draw < ESCALATE_SHARE and issue["status"] == "pending":
        return context.api.post(f"{path}/escalate_issue/", lead.token, {"reason": "The bank does not answer."})
    if draw < RESOLVE_SHARE:
        return context.api.post(f"{path}/resolve/", lead.token, {"notes": context.rng.choice(NOTES)})
    return context.api.post(f"{path}/steps/", lead.token, _step(context))


def _step(context: ActionContext) -> dict:
    later = (now() + timedelta(hours=context.rng.randint(1, 72))).isoformat()
    if context.rng.random() < RETRY_SHARE:
        code = context.rng.choice(sorted(CODES))
        return {"kind": "retry", "outcome": "failed", "failure_code": code, "next_step_at": later}
    outcome = context.rng.choice(("reached", "not_reached", "promised"))
    return {"kind": "contact", "outcome": outcome, "next_step_at": later}


def _types_of(order: dict) -> list[str]:
    """Types that fit what was paid."""
    if order["payment_status"] in ("unpaid", "failed"):
        return ["unpaid_order", "failed_payment"]
    return ["refund_request", "chargeback"] if order["payment_status"] == "paid" else []


def _open_issues(context: ActionContext, lead) -> int:
    totals = context.api.get("payment-issues/totals/", lead.token)
    return sum(row["count"] for row in totals.data["totals"]) if totals.good else MOST_ISSUES
