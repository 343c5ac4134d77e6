"""Compliance and breaches as CSV for spreadsheets."""

from collections.abc import Iterable
from datetime import UTC, datetime

from support_management.analytics.breaches import Breach
from support_management.analytics.compliance import BY, Compliance
from support_management.core.csv_export import csv_text


def of_compliance(compliance: Compliance) -> str:
    """A line per step and group in which clocks ended."""
    header = ["From", "To", BY[compliance.by], "Met", "Breached", "Targets", "Compliance %", "Breach minutes"]
    rows = (
        (step.first, step.last, group.name, tally.met, tally.breached, tally.n, tally.percent, tally.breach_minutes)
        for step, group, tally in compliance.cells
        if tally.n
    )
    return csv_text(header, rows)


def of_breaches(breaches: Iterable[Breach]) -> str:
    """A line per breached target."""
    header = [
        "Kind",
        "Number",
        "Subject",
        "Metric",
        "Policy",
        "Priority",
        "Agent",
        "Started",
        "Due",
        "Completed",
        "Target minutes",
        "Minutes overdue",
        "Causes",
    ]
    return csv_text(header, (_row(breach) for breach in breaches))


def _row(breach: Breach) -> tuple:
    clock = breach.clock
    work = clock.ticket or clock.dispute or clock.order
    return (
        clock.kind,
        breach.number,
        breach.subject,
        clock.get_metric_display(),
        clock.policy.name,
        work.priority_word if work else "",
        clock.completed_agent or "",
        *(_utc(at) for at in (clock.started_at, clock.due_at, clock.completed_at)),
        clock.target_seconds // 60,
        int(breach.over_seconds // 60),
        "; ".join(breach.causes),
    )


def _utc(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z" if moment else ""
