"""Which skills a piece of work requires, and how the requirements relax while it waits. Pure: values in, values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from support_management.conditions.matching import Facts, fits
from support_management.routing.engine.types import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A skill required of matching work. `relax`: waiting time that lowers the level by one; None: never."""

    specialization: int
    name: str
    level: int
    relax: timedelta | None = None
    conditions: Mapping = field(default_factory=dict)

    def level_after(self, waiting: timedelta) -> int:
        """The level required after this waiting time; 0: no longer required."""
        return max(0, self.level - self._steps(waiting))

    def next_step(self, waiting: timedelta) -> timedelta | None:
        """Waiting time at which the level drops next, or None if it never does."""
        if self.relax is None or not self.level_after(waiting):
            return None
        return self.relax * (self._steps(waiting) + 1)

    def _steps(self, waiting: timedelta) -> int:
        return max(0, waiting // self.relax) if self.relax else 0


def needs_of(facts: Facts, rules: Iterable[Rule], *, waiting: timedelta) -> tuple[Need, ...]:
    """The requirements after this waiting time, by skill id. The highest level of several rules for a skill counts."""
    strictest_rules: dict[int, Rule] = {}
    levels: dict[int, int] = {}
    for rule in rules:
        if not fits(rule.conditions, facts):
            continue
        strictest = strictest_rules.setdefault(rule.specialization, rule)
        if rule.level > strictest.level:
            strictest_rules[rule.specialization] = rule
        levels[rule.specialization] = max(levels.get(rule.specialization, 0), rule.level_after(waiting))
    return tuple(
        Need(specialization=pk, name=strictest_rules[pk].name, level=level, asked=strictest_rules[pk].level)
        for pk, level in sorted(levels.items())
        if level
    )


def next_relaxation(facts: Facts, rules: Iterable[Rule], *, waiting: timedelta) -> timedelta | None:
    """Total waiting time at which the requirements are next lower than now, or None if they never are."""
    matching = [rule for rule in rules if fits(rule.conditions, facts)]
    needs, at = needs_of(facts, matching, waiting=waiting), waiting
    while True:
        steps = [step for rule in matching if (step := rule.next_step(at)) is not None]
        if not steps:
            return None
        at = min(steps)
        if needs_of(facts, matching, waiting=at) != needs:
            return at
