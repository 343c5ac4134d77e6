"""Which skills a piece of work asks for, and how they are relaxed while it waits. Values in, values out."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from support_management.routing.engine.types import Need

CONDITIONS = ("kind", "type", "tag", "website", "language", "word")
"""What a rule can ask for. All that it names must fit; of a list, one is enough."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What conditions are compared with. Empty: the work has no such thing, so no condition on it fits."""

    kind: str
    type: str = ""
    tags: frozenset[str] = frozenset()
    website: int | None = None
    language: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Work that fits asks for a skill. `relax`: after each such length of waiting one level less; None: never."""

    specialization: int
    name: str
    level: int
    relax: timedelta | None = None
    conditions: Mapping[str, tuple] = field(default_factory=dict)

    def level_after(self, waiting: timedelta) -> int:
        """What it asks for then; 0: nothing any more."""
        return max(0, self.level - self._steps(waiting))

    def next_step(self, waiting: timedelta) -> timedelta | None:
        """Waiting at which it asks for less than now, or None when it will not."""
        if self.relax is None or not self.level_after(waiting):
            return None
        return self.relax * (self._steps(waiting) + 1)

    def _steps(self, waiting: timedelta) -> int:
        return max(0, waiting // self.relax) if self.relax else 0


def needs_of(facts: Facts, rules: Iterable[Rule], *, waiting: timedelta) -> tuple[Need, ...]:
    """One per skill after so much waiting, by id. Of several rules for a skill the highest level counts."""
    first: dict[int, Rule] = {}
    levels: dict[int, int] = {}
    for rule in rules:
        if not fits(rule.conditions, facts):
            continue
        known = first.setdefault(rule.specialization, rule)
        if rule.level > known.level:
            first[rule.specialization] = rule
        levels[rule.specialization] = max(levels.get(rule.specialization, 0), rule.level_after(waiting))
    return tuple(
        Need(specialization=key, name=first[key].name, level=level, asked=first[key].level)
        for key, level in sorted(levels.items())
        if level
    )


def next_relaxation(facts: Facts, rules: Iterable[Rule], *, waiting: timedelta) -> timedelta | None:
    """How much waiting, from its beginning, until less is asked for than now. None: that never happens."""
    fitting = [rule for rule in rules if fits(rule.conditions, facts)]
    now, at = needs_of(facts, fitting, waiting=waiting), waiting
    while True:
        steps = [step for rule in fitting if (step := rule.next_step(at)) is not None]
        if not steps:
            return None
        at = min(steps)
        if needs_of(facts, fitting, waiting=at) != now:
            return at


def fits(conditions: Mapping[str, tuple], facts: Facts) -> bool:
    """Every condition that is named holds."""
    return all(_holds(key, wanted, facts) for key, wanted in conditions.items())


def _holds(key: str, wanted: tuple, facts: Facts) -> bool:
    if key == "tag":
        return not facts.tags.isdisjoint(wanted)
    if key == "word":
        spoken = spelled(facts.subject)
        return any(phrase and f" {phrase} " in f" {spoken} " for phrase in map(spelled, wanted))
    if key == "language":
        return facts.language in wanted or facts.language.split("-")[0] in wanted
    return getattr(facts, key) in wanted


@lru_cache(maxsize=1024)
def spelled(text: str) -> str:
    """The words of a text without accents and capitals, one space between: compared as people mean them."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(one for one in bare if not unicodedata.combining(one))))
