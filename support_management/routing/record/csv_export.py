"""Assignment history as CSV."""

from datetime import UTC

from django.db.models import QuerySet

from support_management.core.csv_export import csv_text
from support_management.routing.models import ReassignmentLog

MAX_ROWS = 20_000
"""Maximum rows of one file; the newest come first."""
HEADER = ("Time (UTC)", "Item", "Subject", "From", "To", "Cause", "Reason", "Note", "Over capacity", "By")


def of_moves(rows: QuerySet[ReassignmentLog]) -> str:
    """One line per assignment change, times in UTC."""
    return csv_text(HEADER, (_line(row) for row in rows[:MAX_ROWS].iterator(chunk_size=1000)))


def _line(row: ReassignmentLog) -> tuple:
    return (
        f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        *_work(row),
        row.from_agent or "",
        row.to_agent or "",
        row.get_cause_display(),
        row.reason,
        row.note,
        "yes" if row.above_capacity else "",
        row.by or "",
    )


def _work(row: ReassignmentLog) -> tuple[str, str]:
    """Number and subject of the work."""
    if row.ticket is not None:
        return row.ticket.number, row.ticket.subject
    return (row.dispute.number, row.dispute.order.title) if row.dispute is not None else ("", "")
