"""Conditions in words, the same for every kind of rule."""

from collections.abc import Iterable, Mapping

from support_management.conditions.matching import KEYS, SPOKEN, listed
from support_management.people.models import Website

Names = Mapping[int, str]
_READ = ("kind", *(key for key in KEYS if key != "kind"))
"""Conditions as they are read: first what kind of work, then which of it."""
_LABELS = {"kind": "type", "type": "queue", "segment": "customer segment", "word": "subject contains"}
"""What screens call a condition, where that is not its key."""


def websites() -> dict[int, str]:
    """Names of websites by id: conditions store the id."""
    return dict(Website.objects.order_by("pk").values_list("pk", "name"))


def conditions(asked: Mapping, names: Names) -> str:
    """`Type: ticket; priority: urgent or high`."""
    stated = {key: listed(asked[key]) for key in _READ if key in asked and listed(asked[key])}
    words = "; ".join(f"{label(key)}: {any_of(key, values, names)}" for key, values in stated.items())
    words = words or "all tickets, disputes and orders"
    return words[:1].upper() + words[1:]


def label(key: str) -> str:
    """What screens call a condition."""
    return _LABELS.get(key, key)


def any_of(key: str, values: Iterable, names: Names) -> str:
    """`urgent or high`."""
    return " or ".join(_names(key, values, names))


def all_of(key: str, values: Iterable, names: Names) -> str:
    """`late and lost`."""
    return " and ".join(_names(key, values, names))


def _names(key: str, values: Iterable, names: Names) -> list[str]:
    if key == "website":
        return [names.get(value, f"website {value}") for value in values]
    return [str(value) if key in SPOKEN else str(value).replace("_", " ") for value in values]
