"""The steps that all changes of a payment issue share: lock, store, publish."""

from django.db.models import F

from support_management.audit import log
from support_management.audit.seen_version import require_seen
from support_management.core.errors import NotFound, Stale
from support_management.core.locking import lock
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.catalogue import PaymentIssueChanged
from support_management.orders.models import Order
from support_management.payment_issues import queries
from support_management.payment_issues.models import PaymentIssueLog
from support_management.payment_issues.status import OPEN
from support_management.people.models import User
from support_management.people.viewer import viewer_of

_RELATED = ("order", "assignee")
_VERBS = {"assigned": "assign", "changed": "edit", "escalated": "escalate", "resolved": "resolve"}
"""Verbs of the audit, where they are not the word of the event."""


def lock_visible(issue: int, *, by: User | None, version: int | None = None) -> PaymentIssueLog:
    """The locked issue. NotFound when `by` may not see it, Stale when `version` is outdated."""
    row = lock(PaymentIssueLog, issue, related=_RELATED)
    if by is not None and not queries.may_see(viewer_of(by), row):
        raise NotFound("This payment issue")
    require_seen(row, version, by=by)
    return row


def lock_with_order(issue: int, *, by: User, version: int | None = None) -> tuple[Order, PaymentIssueLog]:
    """The order, locked first as by every change of money, and the issue."""
    order_id = PaymentIssueLog.objects.filter(pk=issue).values_list("order", flat=True).first()
    if order_id is None:
        raise NotFound("This payment issue")
    return lock(Order, order_id), lock_visible(issue, by=by, version=version)


def store(row: PaymentIssueLog, **changes) -> None:
    """Write the changes and the next version of a locked row. Stale when another change was first."""
    version, moment = row.version, now()
    updated = PaymentIssueLog.objects.filter(pk=row.pk, version=version).update(
        **changes, version=F("version") + 1, updated_at=moment
    )
    if not updated:
        raise Stale(PaymentIssueLog.objects.filter(pk=row.pk).first())
    for name, value in changes.items():
        setattr(row, name, value)
    row.is_open = row.status in OPEN
    row.version, row.updated_at = version + 1, moment


def changed(row: PaymentIssueLog, what: str, *, by: User | None, after: dict, previous_id: int | None = None) -> None:
    """The audit line and the event of a change. `what` names it."""
    log.record(by=by, verb=_VERBS.get(what, what.replace("_", " ")), on=row, after=after)
    publish(
        PaymentIssueChanged(
            payment_id=row.pk,
            order_id=row.order_id,
            what=what,
            agent_id=row.assignee_id,
            previous_id=previous_id,
            by_id=by.pk if by else None,
        )
    )
