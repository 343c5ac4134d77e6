"""Conditions in words, the same for every kind of rule."""

from collections.abc import Iterable, Mapping

from support_management.conditions.matching import KEYS, SPOKEN, listed
from support_management.people.models import Website

Names = Mapping[int, str]
_READ = ("kind", *(key for key in KEYS if key != "kind"))
"""Conditions as they are read: first what kind of work, then which of it."""


def websites() -> dict[int, str]:
    """Names of websites by id: conditions store the id."""
    return dict(Website.objects.order_by("pk").values_list("pk", "name"))


def conditions(asked: Mapping, names: Names) -> str:
    """`kind ticket; priority urgent or high`; "all work" when nothing is asked for."""
    parts = (f"{key} {any_of(key, listed(asked[key]), names)}" for key in _READ if key in asked and listed(asked[key]))
    return "; ".join(parts) or "all work"


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
