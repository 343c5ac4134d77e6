"""Changing, assigning, escalating and resolving a payment issue."""

from collections.abc import Collection
from datetime import datetime
from types import EllipsisType

from support_management.core import text
from support_management.core.errors import Conflict
from support_management.core.priority import rank_of
from support_management.core.time import now, require_range
from support_management.escalations import raise_escalation
from support_management.events.capability import capability
from support_management.payment_issues import guards, holds, money, storing
from support_management.payment_issues.intake import NOTES_LIMIT
from support_management.payment_issues.models import PaymentIssueLog
from support_management.payment_issues.status import Status, check_move
from support_management.people import assignment_rules, escalation_contacts
from support_management.people.agents import assignee_does_not_serve, require_can_own
from support_management.people.models import User

REASON_LIMIT = raise_escalation.REASON_LIMIT


@capability
def assign(
    *, issue: int, to: User | None, by: User | None, reason: str = "", version: int | None = None
) -> PaymentIssueLog:
    """Give the issue an owner, or none. Leads assign any, agents take unassigned ones and hand over their own."""
    row = storing.lock_visible(issue, by=by, version=version)
    assignment_rules.require_may_transfer(row.assignee_id, to=to, by=by, reason=reason)
    if not row.is_open:
        raise Conflict("illegal_move", f"{row.number} is already resolved.", current=row)
    why = assignment_rules.TransferReason(reason=reason).completed(to=to, by=by)
    if to is not None:
        require_can_own(to, website_id=row.website_id, by=by)
    previous = row.assignee_id
    if previous != (to.pk if to else None):
        storing.store(row, assignee=to)
        after = {"assignee": row.assignee_id, "cause": why.cause}
        storing.changed(row, "assigned", by=by, after=after, previous_id=previous)
    return row


@capability
def change(
    *,
    issue: int,
    by: User,
    description: str | None = None,
    priority: str | None = None,
    external_deadline: datetime | EllipsisType | None = ...,
    version: int | None = None,
) -> PaymentIssueLog:
    """Change what is said of an open issue. Only what is given is changed. NotAllowed not_yours."""
    changes: dict = {}
    if description is not None:
        changes["description"] = text.clean(description, field="description", limit=NOTES_LIMIT, blank=True)
    if priority is not None:
        changes["priority"] = rank_of(priority)
    if external_deadline is not ...:
        require_range(external_deadline, field="external_deadline")
        changes["external_deadline"] = external_deadline
    row = storing.lock_visible(issue, by=by, version=version)
    guards.require_may("change", row, by)
    changes = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if changes:
        storing.store(row, **changes)
        storing.changed(row, "changed", by=by, after={"fields": sorted(changes)})
    return row


def release_unserved(agent_ids: Collection[int] | None = None) -> int:
    """Unassign open issues of these agents (None: all) on websites that they do not serve. Returns how many."""
    rows = PaymentIssueLog.objects.filter(assignee_does_not_serve("order__website"), is_open=True)
    if agent_ids is not None:
        rows = rows.filter(assignee__in=agent_ids)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        assign(issue=pk, to=None, by=None)
    return len(ids)


@capability
def escalate(
    *, issue: int, by: User, reason: str = "", to: User | None = None, version: int | None = None
) -> PaymentIssueLog:
    """Put the issue before an admin: `to`, or the one with the fewest. Never the caller; without another one nobody.

    Conflict illegal_move, NotAllowed not_yours; Invalid not_an_admin, yourself.
    """
    reason = text.clean(reason, field="reason", limit=REASON_LIMIT, one_line=True, blank=True)
    row = storing.lock_visible(issue, by=by, version=version)
    guards.require_may("escalate", row, by)
    check_move(row.status, Status.ESCALATED)
    admin = escalation_contacts.require_admin(to, by=by) if to else _least_asked_admin(by)
    storing.store(row, status=Status.ESCALATED.value, escalated_to=admin)
    why = reason or f"{row.get_issue_type_display()}: {row.order.reference}"
    raise_escalation.work(by=by, reason=why, level=raise_escalation.ADMIN, payment_issue_id=row.pk)
    storing.changed(row, "escalated", by=by, after={"status": row.status, "escalated_to": row.escalated_to_id})
    return row


@capability
def resolve(*, issue: int, notes: str, by: User, amount=None, version: int | None = None) -> PaymentIssueLog:
    """Resolve the issue. `amount` goes back to the client; of a chargeback it is what the bank takes.

    Conflict illegal_move, too_much; Invalid without notes; NotAllowed not_yours.
    """
    notes = text.clean(notes, field="notes", limit=NOTES_LIMIT)
    order, row = storing.lock_with_order(issue, by=by, version=version)
    guards.require_may("resolve", row, by)
    check_move(row.status, Status.RESOLVED)
    changes = {"status": Status.RESOLVED.value, "resolution_notes": notes, "resolved_by": by, "resolved_at": now()}
    storing.store(row, **changes, next_step_at=None)
    holds.settle(order)
    money.give_back(row, order, amount, by=by)
    raise_escalation.settle(by=by, payment_issue_id=row.pk)
    storing.changed(row, "resolved", by=by, after={"status": row.status})
    return row


def _least_asked_admin(by: User) -> User | None:
    asked = PaymentIssueLog.objects.filter(status=Status.ESCALATED).values_list("escalated_to", flat=True)
    return escalation_contacts.least_asked(list(asked), by=by)
