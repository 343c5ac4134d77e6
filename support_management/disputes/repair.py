"""After a write without a capability, a dispute's row says what a capability would have left on it."""

from support_management.core.time import now
from support_management.disputes import load_units
from support_management.disputes.models import Dispute


def repair_row(dispute_id: int) -> Dispute | None:
    """Units and the moment of the decision. The row as it is then; None when it is gone."""
    row = Dispute.objects.filter(pk=dispute_id).first()
    if row is not None:
        repair_all(pk=dispute_id)
        row.refresh_from_db()
    return row


def repair_all(**which) -> None:
    """The same for all (or those of `which`). Only wrong rows are written."""
    rows = Dispute.objects.filter(**which)
    carried = load_units.as_case()
    rows.filter(is_open=True, assignee__isnull=False).exclude(units=carried).update(units=carried)
    rows.exclude(is_open=True, assignee__isnull=False).exclude(units=0).update(units=0)
    rows.filter(is_open=True, resolved_at__isnull=False).update(resolved_at=None)
    rows.filter(is_open=False, resolved_at__isnull=True).update(resolved_at=now())
