"""Whether conditions fit a piece of work, for SLA policies, escalation rules and skill rules alike. Pure.

Conditions map a key to one value or a list of them: every key must fit, of a list one value is enough. Tags, segments,
languages and words are compared without regard to capitals, words also without regard to accents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from support_management.core.folding import bare_words, fold

KEYS = ("type", "priority", "website", "channel", "kind", "segment", "tag", "language", "word")
"""What a rule can ask for, in the order in which a failing condition is named."""
SPOKEN = frozenset({"segment", "tag", "language", "word"})
"""Keys whose values are people's own words; the others have a fixed set of values."""
HELP = f"Keys: {', '.join(KEYS)}. Each takes one value or a list."
TICKET_ONLY = frozenset({"type", "channel", "tag", "word"})
"""Keys that only a ticket can fit."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A piece of work as conditions see it. Empty: the work has no such thing, so no condition on it fits."""

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
        """What the work has under a key, as written."""
        if key == "tag":
            return tuple(sorted(self.tags))
        value = self.subject if key == "word" else getattr(self, key)
        return () if value in ("", None) else (value,)

    @cached_property
    def folded_tags(self) -> frozenset[str]:
        return frozenset(map(fold, self.tags))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The language and, of a regional one such as pt-BR, the language without its region."""
        language = fold(self.language)
        return (language, language.split("-")[0]) if language else ()

    @cached_property
    def spoken(self) -> str:
        return f" {bare_words(self.subject)} "


def fits(conditions: Mapping, facts: Facts) -> bool:
    """Whether every condition fits."""
    return failing(conditions, facts) is None


def failing(conditions: Mapping, facts: Facts) -> str | None:
    """The first condition that does not fit, in the order of `KEYS`, or None."""
    for key in KEYS:
        if key in conditions:
            wanted = listed(conditions[key])
            if wanted and not _fits(key, wanted, facts):
                return key
    return None


def listed(value: object) -> tuple:
    """One value or a list as a tuple. None, blank and an empty list ask for nothing."""
    if isinstance(value, list | tuple):
        return tuple(value)
    return () if value is None or value == "" else (value,)


def _fits(key: str, wanted: tuple, facts: Facts) -> bool:
    if key not in SPOKEN:
        value = getattr(facts, key)
        return value not in ("", None) and value in wanted
    words = [word for word in wanted if isinstance(word, str)]
    if key == "tag":
        return any(fold(word) in facts.folded_tags for word in words)
    if key == "word":
        return any(phrase and f" {phrase} " in facts.spoken for phrase in map(bare_words, words))
    if key == "language":
        return any(fold(word) in facts.languages for word in words)
    return facts.segment != "" and any(fold(word) == fold(facts.segment) for word in words)
