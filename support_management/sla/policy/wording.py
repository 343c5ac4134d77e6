"""Policies in words: what they promise, and why one does not match."""

from collections.abc import Iterable

from support_management.conditions import wording
from support_management.conditions.wording import Names
from support_management.sla.models import Metric
from support_management.sla.policy import notation
from support_management.sla.policy.matching import PolicyMismatch
from support_management.sla.policy.validation import PAUSING


def targets(promised: dict) -> list[tuple[str, str]]:
    """Metric and length, in the order of the metrics."""
    return [(Metric(metric).label, notation.length(promised[metric])) for metric in Metric.values if metric in promised]


def targets_line(promised: dict) -> str:
    """First response 30m, resolution 4h."""
    return ", ".join(f"{name.lower()} {length}" for name, length in targets(promised)) or "none"


def pauses(statuses: Iterable[str]) -> str:
    """Pending, on hold."""
    words = ", ".join(PAUSING.get(status, status).lower() for status in statuses) or "never"
    return words[:1].upper() + words[1:]


def thresholds(rows: list[dict]) -> str:
    """75%, 30m before."""
    return (
        ", ".join(notation.thresholds([one]) + ("" if "at_percent" in one else " before") for one in rows)
        or "At risk and due only"
    )


def refusal(mismatch: PolicyMismatch, names: Names) -> str:
    """Requires priority urgent, has normal."""
    key = mismatch.condition
    if key == "active":
        return "inactive."
    wanted, found = wording.any_of(key, mismatch.wanted, names), wording.all_of(key, mismatch.found, names)
    return f"requires {wording.label(key)} {wanted}, has {found or 'none'}."
