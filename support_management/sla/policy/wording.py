"""Policies in words: their targets, pauses and thresholds, and why one does not match."""

from collections.abc import Iterable

from support_management.conditions import wording
from support_management.conditions.wording import Names
from support_management.sla.models import Metric
from support_management.sla.policy import notation
from support_management.sla.policy.matching import PolicyMismatch
from support_management.sla.policy.validation import PAUSING


def targets(minutes: dict[str, int]) -> list[tuple[str, str]]:
    """Label and length of each metric, in the order of the metrics; `minutes` by metric."""
    return [(Metric(metric).label, notation.length(minutes[metric])) for metric in Metric.values if metric in minutes]


def targets_line(minutes: dict[str, int]) -> str:
    """First response 30m, resolution 4h."""
    return ", ".join(f"{name.lower()} {length}" for name, length in targets(minutes)) or "none"


def pauses(pause_on: list[str] | dict[str, list[str]]) -> str:
    """Pending, on hold. Or, by metric: Resolution: pending, on hold."""
    if isinstance(pause_on, dict):
        lines = [
            f"{Metric(metric).label}: {_statuses(pause_on[metric])}" for metric in Metric.values if metric in pause_on
        ]
        return "; ".join(lines) or "Never"
    return _statuses(pause_on).capitalize()


def _statuses(statuses: Iterable[str]) -> str:
    return ", ".join(PAUSING.get(status, status).lower() for status in statuses) or "never"


def thresholds(rows: list[dict]) -> str:
    """75%, 30m before."""
    return (
        ", ".join(notation.thresholds([row]) + ("" if "at_percent" in row else " before") for row in rows)
        or "At risk and due only"
    )


def refusal(mismatch: PolicyMismatch, names: Names) -> str:
    """Requires priority urgent, has normal."""
    key = mismatch.condition
    if key == "active":
        return "inactive."
    wanted, found = wording.any_of(key, mismatch.wanted, names), wording.all_of(key, mismatch.found, names)
    return f"requires {wording.label(key)} {wanted}, has {found or 'none'}."
