"""Repair of derived fields of disputes after writes without a capability."""

from django.db.models import Q

from support_management.core.time import now
from support_management.disputes import load_units
from support_management.disputes.models import Dispute


def repair_row(dispute_id: int) -> Dispute | None:
    """Repair load units and decision time; returns the repaired row, None when it was deleted."""
    row = Dispute.objects.filter(pk=dispute_id).first()
    if row is not None:
        repair_all(pk=dispute_id)
        row.refresh_from_db()
    return row


def with_wrong_units() -> list[int]:
    """Ids of disputes whose stored units are not those that they count for their owner. Reads only."""
    counts = Q(is_open=True, assignee__isnull=False)
    wrong = (counts & ~Q(units=load_units.as_case())) | (~counts & ~Q(units=0))
    return list(Dispute.objects.filter(wrong).order_by("pk").values_list("pk", flat=True))


def repair_all(**filters) -> None:
    """`repair_row` for all disputes that match `filters`. Only wrong rows are written."""
    rows = Dispute.objects.filter(**filters)
    expected_units = load_units.as_case()
    rows.filter(is_open=True, assignee__isnull=False).exclude(units=expected_units).update(units=expected_units)
    rows.exclude(is_open=True, assignee__isnull=False).exclude(units=0).update(units=0)
    rows.filter(is_open=True, resolved_at__isnull=False).update(resolved_at=None)
    rows.filter(is_open=False, resolved_at__isnull=True).update(resolved_at=now())
