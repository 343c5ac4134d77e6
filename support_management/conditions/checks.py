"""Validate conditions: known keys, existing values, one value or a list for each key."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from support_management.conditions.matching import FREE_TEXT, KEYS
from support_management.core import text as texts
from support_management.core.errors import Invalid
from support_management.core.folding import bare_words, fold
from support_management.core.labels import LABEL_LIMIT
from support_management.core.priority import PRIORITY_RANKS
from support_management.people.models import Website
from support_management.tickets.models import Ticket, TicketType

Check = Callable[[object], object]
"""Returns the value to store, or None if the value is not valid."""
LANGUAGE = 8
"""Maximum characters of a language."""
LABELS = FREE_TEXT - {"word"}
_LARGEST = 2**63
_MAX_VALUES = 100
"""Maximum values of one condition."""
_EXAMPLE = '{"priority": "urgent"}'


def conditions_of(value: object, *, kinds: Collection[str]) -> dict:
    """Validated conditions in one shape, for a rule on these kinds of work. Empty lists and blanks are dropped.

    Invalid names the unknown key or value.
    """
    return _checked(value, _CHECKS | {"kind": _one_of(kinds)})


def check_shape(value: object, *, kinds: Collection[str]) -> None:
    """Validate without the database, because a queue or website of a stored rule may be deleted. Invalid as above."""
    _checked(value, _CHECKS | {"kind": _one_of(kinds), "type": _word, "website": _id})


def _checked(value: object, checks: Mapping[str, Check]) -> dict:
    if not isinstance(value, dict):
        raise Invalid("wrong_type", f"Conditions must be an object such as {_EXAMPLE}.", field="conditions")
    unknown = sorted(set(map(str, value)) - set(KEYS))
    if unknown:
        text = f"Unknown condition {texts.shown(unknown[0], 40)}. Use one of {', '.join(KEYS)}."
        raise Invalid("unknown_condition", text, field="conditions")
    wanted = {key: _one_or_many(value[key]) for key in KEYS if value.get(key) not in (None, "", [])}
    return {key: _valid(key, raw, checks[key]) for key, raw in wanted.items()}


def _one_or_many(value: Any) -> Any:
    alone = isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list)
    return value[0] if alone else value


def _valid(key: str, raw: Any, check: Check) -> Any:
    many = isinstance(raw, list)
    if many and len(raw) > _MAX_VALUES:
        raise Invalid("too_many", f"Enter at most {_MAX_VALUES} values for {key}.", field="conditions")
    raw_values = raw if many else [raw]
    if key in LABELS and any(isinstance(value, str) and "," in value for value in raw_values):
        raise Invalid("comma", f"Enter each {key} as a value of its own, without a comma.", field="conditions")
    values = [check(value) for value in raw_values]
    if None in values:
        missing = texts.shown(raw_values[values.index(None)], 40)
        raise Invalid("unknown_value", f"Unknown {key}: {missing}.", field="conditions")
    return _without_repeats(key, values) if many else values[0]


def _without_repeats(key: str, values: list) -> list:
    """Keep the first of several spellings of a word."""
    distinct: dict = {}
    for value in values:
        distinct.setdefault(_comparable(key, value), value)
    return list(distinct.values())


def _comparable(key: str, value: Any) -> Any:
    if key not in FREE_TEXT:
        return value
    return bare_words(value) if key == "word" else fold(value)


def _one_of(values: Collection[str]) -> Check:
    return lambda value: value if isinstance(value, str) and value in values else None


def _type(value: object):
    slug = _word(value)
    return slug if slug and TicketType.objects.filter(slug=slug).exists() else None


def _website(value: object):
    """The id of a website given by id or name."""
    name = str(value) if isinstance(value, int) and abs(value) < _LARGEST else _word(value)
    if isinstance(value, bool) or name is None:
        return None
    key = int(name) if name.isascii() and name.isdigit() else 0
    lookup = {"pk": key} if 0 < key < _LARGEST else {"name": name}
    return Website.objects.filter(**lookup).order_by("pk").values_list("pk", flat=True).first()


def _id(value: object):
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _word(value: object):
    try:
        return texts.clean(value, field="conditions", limit=80, one_line=True)
    except Invalid:
        return None


def _label(value: object):
    word = _word(value)
    return word if word and len(word.lower()) <= LABEL_LIMIT else None


def _language(value: object):
    word = _word(value)
    folded = fold(word) if word else ""
    return folded if folded and len(folded) <= LANGUAGE else None


def _phrase(value: object):
    """Forms separate phrases by commas; a comma in one does not matter for matching."""
    word = _word(value.replace(",", " ")) if isinstance(value, str) else None
    return word if word and bare_words(word) else None


_CHECKS: dict[str, Check] = {
    "type": _type,
    "priority": _one_of(PRIORITY_RANKS),
    "website": _website,
    "channel": _one_of(Ticket.Channel.values),
    "segment": _label,
    "tag": _label,
    "language": _language,
    "word": _phrase,
}
