"""Raise an escalation of work, and end it with the work."""

from support_management.audit import log
from support_management.core.time import now
from support_management.escalations.models import EscalationLog
from support_management.people.models import User

REASON_LIMIT = 300
LEAD, ADMIN = 1, 2
"""Levels."""


def work(*, reason: str, level: int, rule: str = "", by: User | None = None, **about: int) -> EscalationLog:
    """Escalate work by a rule or a person; `about` is one of `ticket_id`, `dispute_id`, `order_id`, `payment_issue_id`.

    Runs in the transaction of the caller.
    """
    [name] = about
    kind = name.removesuffix("_id")
    row = EscalationLog.objects.create(
        type=kind, rule=rule, raised_by=by, reason=reason[:REASON_LIMIT], level=level, **about
    )
    log.record(by=by, verb="escalate", on=row, after={kind: about[name], "rule": rule, "level": level})
    return row


def settle(*, by: User, **about: int) -> None:
    """The work is done: what was escalated about it is resolved. Runs in the transaction of the caller."""
    for row in EscalationLog.objects.filter(status=EscalationLog.Status.PENDING, **about).order_by("pk"):
        row.status, row.reviewer, row.decided_at = EscalationLog.Status.RESOLVED, by, now()
        row.save(update_fields=["status", "reviewer", "decided_at"])
        log.record(by=by, verb="resolve", on=row, after={"status": row.status})
