"""Assignment history as CSV."""

from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from support_management.core.csv_export import csv_text, on_clock
from support_management.core.kept_timestamps import localised
from support_management.routing.models import ReassignmentLog

MAX_ROWS = 20_000
"""Maximum rows of one file; the newest come first."""
COLUMNS = ("Item", "Subject", "From", "To", "Cause", "Reason", "Note", "Over capacity", "By")


def of_moves(rows: QuerySet[ReassignmentLog], zone: ZoneInfo) -> str:
    """One line per assignment change, times on the reader's clock."""
    header = (f"Time ({zone.key})", *COLUMNS)
    return csv_text(header, (_line(row, zone) for row in rows[:MAX_ROWS].iterator(chunk_size=1000)))


def _line(row: ReassignmentLog, zone: ZoneInfo) -> tuple:
    return (
        on_clock(row.at, zone),
        *_work(row),
        row.from_agent or "",
        row.to_agent or "",
        row.get_cause_display(),
        localised(row.reason, zone),
        localised(row.note, zone),
        "yes" if row.above_capacity else "",
        row.by or "",
    )


def _work(row: ReassignmentLog) -> tuple[str, str]:
    """Number and subject of the work."""
    if row.ticket is not None:
        return row.ticket.number, row.ticket.subject
    return (row.dispute.number, row.dispute.order.title) if row.dispute is not None else ("", "")
