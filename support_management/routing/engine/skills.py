"""Which skills a piece of work asks for, and how they are relaxed while it waits. Values in, values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from support_management.conditions.matching import Facts, fits
from support_management.routing.engine.types import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Work that fits asks for a skill. `relax`: after each such length of waiting one level less; None: never."""

    specialization: int
    name: str
    level: int
    relax: timedelta | None = None
    conditions: Mapping = field(default_factory=dict)

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
