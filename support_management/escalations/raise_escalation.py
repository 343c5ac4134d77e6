"""Raise an escalation."""

from support_management.audit import log
from support_management.escalations.models import EscalationLog

REASON_LIMIT = 300


def work(*, rule: str, reason: str, level: int, **about: int) -> EscalationLog:
    """Escalate work by a rule; `about` is one of `ticket_id`, `dispute_id` and `order_id`.

    Runs in the transaction of the caller.
    """
    [name] = about
    kind = name.removesuffix("_id")
    row = EscalationLog.objects.create(type=kind, rule=rule, reason=reason[:REASON_LIMIT], level=level, **about)
    log.record(by=None, verb="escalate", on=row, after={kind: about[name], "rule": rule, "level": level})
    return row
