"""Policies in words: for whom, what they promise, and why one does not hold."""

from collections.abc import Iterable
from typing import Any

from support_management.people.models import Website
from support_management.sla.models import Metric
from support_management.sla.policy import notation
from support_management.sla.policy.matching import CONDITIONS, PolicyMismatch
from support_management.sla.policy.validation import PAUSING

Names = dict[int, str]
_READ = ("kind", *(key for key in CONDITIONS if key != "kind"), "language", "word")
"""Conditions as they are read: first what kind of work, then which of it. The last two only skill rules know."""


def websites() -> Names:
    """What websites are called: conditions keep their keys."""
    return dict(Website.objects.order_by("pk").values_list("pk", "name"))


def conditions(asked: dict, names: Names) -> str:
    """`kind ticket; priority urgent or high`; all work when nothing is asked."""
    parts = (f"{key} {_or(_listed(asked[key]), key, names)}" for key in _READ if key in asked)
    return "; ".join(parts) or "all work"


def targets(promised: dict) -> list[tuple[str, str]]:
    """Metric and length, in the order of the metrics."""
    return [(Metric(metric).label, notation.length(promised[metric])) for metric in Metric.values if metric in promised]


def targets_line(promised: dict) -> str:
    """First response 30m, resolution 4h."""
    return ", ".join(f"{name.lower()} {length}" for name, length in targets(promised)) or "nothing"


def pauses(statuses: Iterable[str]) -> str:
    """Pending, on hold."""
    return ", ".join(PAUSING.get(status, status).lower() for status in statuses) or "never"


def thresholds(rows: list[dict]) -> str:
    """75 %, 30m before."""
    return (
        ", ".join(notation.thresholds([one]) + ("" if "at_percent" in one else " before") for one in rows)
        or "at risk and the deadline only"
    )


def refusal(one: PolicyMismatch, names: Names) -> str:
    """It asks for priority urgent; this is normal."""
    if one.condition == "active":
        return "It is switched off."
    wanted = _or(one.wanted, one.condition, names)
    found = _and(one.found, one.condition, names)
    return f"It asks for {one.condition} {wanted}; this has {found or 'none'}."


def _listed(value: Any) -> list:
    return value if isinstance(value, list) else [value]


def _or(values: Iterable, key: str, names: Names) -> str:
    return " or ".join(_names(values, key, names))


def _and(values: Iterable, key: str, names: Names) -> str:
    return " and ".join(_names(values, key, names))


def _names(values: Iterable, key: str, names: Names) -> list[str]:
    if key == "website":
        return [names.get(value, f"website {value}") for value in values]
    return [str(value).replace("_", " ") for value in values]
