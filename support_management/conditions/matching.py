"""Match conditions against a piece of work, for SLA policies, escalation rules and skill rules. Pure.

Conditions map a key to one value or a list: all keys must match, any value of a list suffices. Tags, segments,
languages and words are compared case-insensitively, words also without accents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from support_management.core.folding import bare_words, fold

KEYS = ("type", "priority", "website", "channel", "kind", "segment", "tag", "language", "word")
"""Condition keys, in the order in which a mismatch is reported."""
FREE_TEXT = frozenset({"segment", "tag", "language", "word"})
"""Keys with free text as values; the others have a fixed set of values."""
HELP = f"Keys: {', '.join(KEYS)}. Each takes one value or a list."
TICKET_ONLY = frozenset({"type", "channel", "tag", "word"})
"""Keys that only tickets can match."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A piece of work as input to conditions. An empty value matches no condition."""

    kind: str
    priority: str = ""
    website: int | None = None
    type: str = ""
    channel: str = ""
    segment: str = ""
    tags: frozenset[str] = frozenset()
    language: str = ""
    subject: str = ""

    def values(self, key: str) -> tuple:
        """The values of the work for a key, as written."""
        if key == "tag":
            return tuple(sorted(self.tags))
        value = self.subject if key == "word" else getattr(self, key)
        return () if value in ("", None) else (value,)

    @cached_property
    def folded_tags(self) -> frozenset[str]:
        return frozenset(map(fold, self.tags))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The language and, for a regional one such as pt-BR, the language without its region."""
        language = fold(self.language)
        return (language, language.split("-")[0]) if language else ()

    @cached_property
    def padded_subject(self) -> str:
        return f" {bare_words(self.subject)} "


def fits(conditions: Mapping, facts: Facts) -> bool:
    """Whether all conditions match."""
    return failing(conditions, facts) is None


def failing(conditions: Mapping, facts: Facts) -> str | None:
    """The first key that does not match, in the order of `KEYS`, or None."""
    for key in KEYS:
        if key in conditions:
            wanted = listed(conditions[key])
            if wanted and not _matches(key, wanted, facts):
                return key
    return None


def listed(value: object) -> tuple:
    """One value or a list as a tuple. None, "" and an empty list mean no condition."""
    if isinstance(value, list | tuple):
        return tuple(value)
    return () if value is None or value == "" else (value,)


def _matches(key: str, wanted: tuple, facts: Facts) -> bool:
    if key not in FREE_TEXT:
        value = getattr(facts, key)
        return value not in ("", None) and value in wanted
    words = [word for word in wanted if isinstance(word, str)]
    if key == "tag":
        return any(fold(word) in facts.folded_tags for word in words)
    if key == "word":
        return any(phrase and f" {phrase} " in facts.padded_subject for phrase in map(bare_words, words))
    if key == "language":
        return any(fold(word) in facts.languages for word in words)
    return facts.segment != "" and any(fold(word) == fold(facts.segment) for word in words)
