"""Compliance and breaches as CSV for spreadsheets."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from support_management.analytics.breaches import Breach
from support_management.analytics.compliance import BY, Compliance
from support_management.core.csv_export import csv_text, on_clock


def of_compliance(compliance: Compliance) -> str:
    """A line per step and group in which clocks ended."""
    zone = compliance.period.zone.key
    header = [
        f"From ({zone})",
        f"To ({zone})",
        BY[compliance.by],
        "Met",
        "Breached",
        "Targets",
        "Compliance %",
        "Breach minutes",
    ]
    rows = (
        (step.first, step.last, group.name, tally.met, tally.breached, tally.n, tally.percent, tally.breach_minutes)
        for step, group, tally in compliance.cells
        if tally.n
    )
    return csv_text(header, rows)


def of_breaches(breaches: Iterable[Breach], zone: ZoneInfo) -> str:
    """A line per breached target, times on the reader's clock."""
    header = [
        "Kind",
        "Number",
        "Subject",
        "Metric",
        "Policy",
        "Priority",
        "Agent",
        *(f"{name} ({zone.key})" for name in ("Started", "Due", "Completed")),
        "Target minutes",
        "Minutes overdue",
        "Causes",
    ]
    return csv_text(header, (_row(breach, zone) for breach in breaches))


def _row(breach: Breach, zone: ZoneInfo) -> tuple:
    clock = breach.clock
    return (
        clock.kind,
        breach.number,
        breach.subject,
        clock.get_metric_display(),
        clock.policy.name,
        clock.work.priority_word,
        clock.completed_agent or "",
        *(on_clock(at, zone) for at in (clock.started_at, clock.due_at, clock.completed_at)),
        clock.target_seconds // 60,
        int(breach.over_seconds // 60),
        "; ".join(breach.causes),
    )
