"""Conditions as text, the same for every kind of rule."""

from collections.abc import Iterable, Mapping

from support_management.conditions.matching import FREE_TEXT, KEYS, listed
from support_management.people.models import Website

Names = Mapping[int, str]
_READING_ORDER = ("kind", *(key for key in KEYS if key != "kind"))
"""Keys in reading order: the kind of work first."""
_LABELS = {"kind": "type", "type": "queue", "segment": "customer segment", "word": "subject contains"}
"""Names of conditions on screen, where they differ from the key."""


def websites() -> dict[int, str]:
    """Names of websites by id, as conditions store the id."""
    return dict(Website.objects.order_by("pk").values_list("pk", "name"))


def conditions(by_key: Mapping, names: Names) -> str:
    """`Type: ticket; priority: urgent or high`."""
    values_by_key = {key: listed(by_key[key]) for key in _READING_ORDER if key in by_key}
    parts = [f"{label(key)}: {any_of(key, values, names)}" for key, values in values_by_key.items() if values]
    text = "; ".join(parts) or "all tickets, disputes, orders and payment issues"
    return text[:1].upper() + text[1:]


def label(key: str) -> str:
    """The name of a condition on screen."""
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
    return [str(value) if key in FREE_TEXT else str(value).replace("_", " ") for value in values]
