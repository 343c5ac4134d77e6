"""Conditions as they come in: known keys, values that exist, each key with one value or a list."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from support_management.conditions.matching import KEYS, SPOKEN
from support_management.core import text as texts
from support_management.core.errors import Invalid
from support_management.core.folding import bare_words, fold
from support_management.core.priority import PRIORITY_RANKS
from support_management.people.models import Website
from support_management.tickets.models import Ticket, TicketType

Check = Callable[[object], object]
"""The value as it is stored, or None when there is no such value."""
LABEL = 40
"""Characters of a tag or a segment, at most."""
LANGUAGE = 8
"""Characters of a language, at most."""
_LARGEST = 2**63
_MANY = 100
"""Values of one condition, at most."""
_EXAMPLE = '{"priority": "urgent"}'


def conditions_of(value: object, *, kinds: Collection[str]) -> dict:
    """Conditions in one shape, for a rule about these kinds of work. Empty lists and blanks ask for nothing.

    Invalid names the key or the value that does not exist.
    """
    return _checked(value, _CHECKS | {"kind": _one_of(kinds)})


def check_shape(value: object, *, kinds: Collection[str]) -> None:
    """The same without the database: a queue or website that a stored rule names may be gone. Invalid as above."""
    _checked(value, _CHECKS | {"kind": _one_of(kinds), "type": _word, "website": _id})


def _checked(value: object, checks: Mapping[str, Check]) -> dict:
    if not isinstance(value, dict):
        raise Invalid("wrong_type", f"Conditions must be an object such as {_EXAMPLE}.", field="conditions")
    unknown = sorted(set(map(str, value)) - set(KEYS))
    if unknown:
        text = f"Unknown condition {texts.shown(unknown[0], 40)}. Use one of {', '.join(KEYS)}."
        raise Invalid("unknown_condition", text, field="conditions")
    wanted = {key: _one_or_many(value[key]) for key in KEYS if value.get(key) not in (None, "", [])}
    return {key: _known(key, given, checks[key]) for key, given in wanted.items()}


def _one_or_many(value: Any) -> Any:
    alone = isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list)
    return value[0] if alone else value


def _known(key: str, given: Any, check: Check) -> Any:
    many = isinstance(given, list)
    if many and len(given) > _MANY:
        raise Invalid("too_many", f"Enter at most {_MANY} values for {key}.", field="conditions")
    values = [check(value) for value in (given if many else [given])]
    if None in values:
        missing = texts.shown((given if many else [given])[values.index(None)], 40)
        raise Invalid("unknown_value", f"Unknown {key}: {missing}.", field="conditions")
    return _without_repeats(key, values) if many else values[0]


def _without_repeats(key: str, values: list) -> list:
    """Of several spellings of a word the first stays."""
    first: dict = {}
    for value in values:
        first.setdefault(_same(key, value), value)
    return list(first.values())


def _same(key: str, value: Any) -> Any:
    if key not in SPOKEN:
        return value
    return bare_words(value) if key == "word" else fold(value)


def _one_of(values: Collection[str]) -> Check:
    return lambda value: value if isinstance(value, str) and value in values else None


def _type(value: object):
    slug = _word(value)
    return slug if slug and TicketType.objects.filter(slug=slug).exists() else None


def _website(value: object):
    """By id or name; stored by id."""
    name = str(value) if isinstance(value, int) and abs(value) < _LARGEST else _word(value)
    if isinstance(value, bool) or name is None:
        return None
    key = int(name) if name.isascii() and name.isdigit() else 0
    which = {"pk": key} if 0 < key < _LARGEST else {"name": name}
    return Website.objects.filter(**which).order_by("pk").values_list("pk", flat=True).first()


def _id(value: object):
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _word(value: object):
    try:
        return texts.clean(value, field="conditions", limit=80, one_line=True)
    except Invalid:
        return None


def _label(value: object):
    word = _word(value)
    return word if word and len(word) <= LABEL else None


def _language(value: object):
    word = _word(value)
    return fold(word) if word and len(word) <= LANGUAGE else None


def _phrase(value: object):
    word = _word(value)
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
