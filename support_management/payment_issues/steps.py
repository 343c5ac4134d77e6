"""Contacts with the client and retries of the payment, and the date of the next one."""

from datetime import datetime

from support_management.core import text
from support_management.core.errors import Invalid
from support_management.core.locking import lock
from support_management.core.time import now, require_future
from support_management.events.capability import capability
from support_management.payment_issues import failure_codes, guards, storing
from support_management.payment_issues.models import OUTCOMES, PaymentIssueLog, PaymentIssueStep
from support_management.people.agents import can_own
from support_management.people.models import User

NOTE_LIMIT = 2000
BATCH = 200


@capability
def record(
    *,
    issue: int,
    kind: str,
    outcome: str,
    by: User,
    note: str = "",
    failure_code: str = "",
    next_step_at: datetime | None = None,
    version: int | None = None,
) -> PaymentIssueStep:
    """Record what was done, and when the next step is due. An agent who does it owns an issue without an owner.

    Invalid unknown_kind, unknown_outcome, not_taken, not_future; Conflict illegal_move; NotAllowed not_yours.
    """
    if kind not in OUTCOMES:
        raise Invalid("unknown_kind", f"Kind must be one of {', '.join(OUTCOMES)}.", field="kind")
    if outcome not in OUTCOMES[kind]:
        raise Invalid("unknown_outcome", f"Outcome must be one of {', '.join(OUTCOMES[kind])}.", field="outcome")
    code = failure_codes.cleaned(failure_code)
    if code and outcome != PaymentIssueStep.Outcome.FAILED:
        raise Invalid("not_taken", "Only a failed retry has a failure code.", field="failure_code")
    note = text.clean(note, field="note", limit=NOTE_LIMIT, blank=True)
    require_future(next_step_at, field="next_step_at")
    row = storing.lock_visible(issue, by=by, version=version)
    guards.require_may(kind, row, by)
    step = PaymentIssueStep.objects.create(
        issue=row, kind=kind, outcome=outcome, failure_code=code, note=note, next_step_at=next_step_at, by=by
    )
    changes: dict = {"next_step_at": next_step_at, "reminded": False} | ({"failure_code": code} if code else {})
    if row.assignee_id is None and can_own(by, website_id=row.website_id):
        changes["assignee"] = by
    storing.store(row, **changes)
    after = {"outcome": outcome, "next_step_at": next_step_at.isoformat() if next_step_at else None}
    storing.changed(row, kind, by=by, after=after)
    return step


def remind_due() -> int:
    """Tell the owners of steps that are due, each once. Returns how many."""
    return sum(_remind(issue=pk) for pk in _due().values_list("pk", flat=True)[:BATCH])


def oldest_due() -> datetime | None:
    """Since when the oldest step is due of which nobody was told; None without one."""
    return _due().values_list("next_step_at", flat=True).first()


@capability
def _remind(*, issue: int) -> bool:
    row = lock(PaymentIssueLog, issue, related=("order", "assignee"))
    if not row.is_open or row.reminded or row.next_step_at is None or row.next_step_at > now():
        return False  # done, postponed or resolved meanwhile
    storing.store(row, reminded=True)
    storing.changed(row, "step_due", by=None, after={"next_step_at": row.next_step_at.isoformat()})
    return True


def _due():
    rows = PaymentIssueLog.objects.filter(is_open=True, reminded=False, next_step_at__lte=now())
    return rows.order_by("next_step_at", "id")
