"""Conditions of rules about work as they come in: known keys, values that exist, one value or a list of them."""

from collections.abc import Callable, Mapping
from typing import Any

from support_management.core import text as texts
from support_management.core.errors import Invalid
from support_management.core.priority import PRIORITY_RANKS
from support_management.people.models import Website
from support_management.sla.models import WorkKind
from support_management.tickets.models import Ticket, TicketType

Check = Callable[[object], object]
"""The value as it is kept, or None when there is no such thing."""
LABEL = 40
"""Characters of a tag or a segment, at most."""
_LARGEST = 2**63
_MANY = 100
"""Values of one condition, at most."""


def checked(value: object, checks: Mapping[str, Check], *, example: str) -> dict:
    """Conditions with the keys of `checks`, in their order. Empty lists and blanks mean: all. Invalid names the key."""
    if not isinstance(value, dict):
        raise Invalid("wrong_type", f"Conditions are an object such as {example}.", field="conditions")
    unknown = sorted(set(map(str, value)) - set(checks))
    if unknown:
        text = f"There is no condition {texts.shown(unknown[0], 40)}. There are {', '.join(checks)}."
        raise Invalid("unknown_condition", text, field="conditions")
    wanted = {key: _one_or_many(value[key]) for key in checks if value.get(key) not in (None, "", [])}
    return {key: _known(key, given, checks[key]) for key, given in wanted.items()}


def _one_or_many(value: Any) -> Any:
    alone = isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list)
    return value[0] if alone else value


def _known(key: str, given: Any, check: Check) -> Any:
    many = isinstance(given, list)
    if many and len(given) > _MANY:
        raise Invalid("too_many", f"At most {_MANY} values for {key}.", field="conditions")
    found = [check(one) for one in (given if many else [given])]
    if None in found:
        missing = texts.shown((given if many else [given])[found.index(None)], 40)
        raise Invalid("unknown_value", f"There is no {key} {missing}.", field="conditions")
    return list(dict.fromkeys(found)) if many else found[0]


def one_of(values) -> Check:
    """One of these words."""
    known = set(values)
    return lambda one: one if isinstance(one, str) and one in known else None


def _type(one: object):
    slug = word(one)
    return slug if slug and TicketType.objects.filter(slug=slug).exists() else None


def _website(one: object):
    """By id or name; kept by id."""
    name = str(one) if isinstance(one, int) and abs(one) < _LARGEST else word(one)
    if isinstance(one, bool) or name is None:
        return None
    key = int(name) if name.isascii() and name.isdigit() else 0
    which = {"pk": key} if 0 < key < _LARGEST else {"name": name}
    return Website.objects.filter(**which).order_by("pk").values_list("pk", flat=True).first()


def word(one: object):
    """A word as the desk keeps it; None for what is none."""
    try:
        return texts.clean(one, field="conditions", limit=80, one_line=True)
    except Invalid:
        return None


def label(one: object):
    """A short word such as a tag."""
    found = word(one)
    return found if found and len(found) <= LABEL else None


CHECKS: dict[str, Check] = {
    "type": _type,
    "priority": one_of(PRIORITY_RANKS),
    "website": _website,
    "channel": one_of(Ticket.Channel.values),
    "kind": one_of(WorkKind.values),
    "segment": label,
    "tag": label,
}
