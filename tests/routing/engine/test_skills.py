"""Which skills work asks for: the highest level of the rules that fit, less of it while the work waits."""

from datetime import timedelta

from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as some

from support_management.conditions.matching import Facts
from support_management.routing.engine.skills import Rule, needs_of, next_relaxation

BILLING, FRENCH = 1, 2
HALF_HOUR = timedelta(minutes=30)
NOTHING = timedelta(0)


def rule(level: int = 2, specialization: int = BILLING, relax=HALF_HOUR, **conditions) -> Rule:
    asked = {key: value if isinstance(value, tuple) else (value,) for key, value in conditions.items()}
    name = {BILLING: "Billing", FRENCH: "French"}[specialization]
    return Rule(specialization=specialization, name=name, level=level, relax=relax, conditions=asked)


def ticket(**facts) -> Facts:
    usual = {"kind": "ticket", "type": "payment", "tags": frozenset(["vip"]), "website": 3, "language": "de"}
    return Facts(**usual | {"subject": "Chargé deux fois: Refund please"} | facts)


def levels(*rules, waiting=NOTHING, facts=None) -> dict[str, int]:
    return {one.name: one.level for one in needs_of(facts or ticket(), rules, waiting=waiting)}


class TestLevels:
    def test_every_rule_that_fits_adds_its_skill(self):
        assert levels(rule(2, type="payment"), rule(1, FRENCH, word="chargé"), rule(5, type="order")) == {
            "Billing": 2,
            "French": 1,
        }

    def test_of_several_for_one_skill_the_highest_counts(self):
        assert levels(rule(2), rule(4), rule(1)) == {"Billing": 4}

    def test_half_an_hour_takes_one_level_and_in_the_end_the_need(self):
        asked = [levels(rule(2), waiting=HALF_HOUR * halves) for halves in (0, 0.99, 1, 1.99, 2, 50)]
        assert asked == [{"Billing": 2}, {"Billing": 2}, {"Billing": 1}, {"Billing": 1}, {}, {}]

    def test_it_says_what_was_asked_at_first(self):
        [one] = needs_of(ticket(), [rule(3)], waiting=HALF_HOUR)
        assert (one.level, one.asked) == (2, 3)

    def test_a_rule_that_never_relaxes_holds_for_ever(self):
        assert levels(rule(2, relax=None), rule(5), waiting=timedelta(days=9)) == {"Billing": 2}


class TestNextRelaxation:
    def test_when_less_is_asked_for(self):
        rules = [rule(2), rule(3, FRENCH, relax=timedelta(minutes=20))]
        assert next_relaxation(ticket(), rules, waiting=NOTHING) == timedelta(minutes=20)
        assert next_relaxation(ticket(), rules, waiting=timedelta(minutes=20)) == HALF_HOUR

    def test_not_while_another_rule_holds_the_level(self):
        rules = [rule(2), rule(2, relax=timedelta(hours=2))]
        assert next_relaxation(ticket(), rules, waiting=NOTHING) == timedelta(hours=2)

    def test_never_when_nothing_relaxes_or_nothing_is_asked(self):
        assert next_relaxation(ticket(), [rule(relax=None)], waiting=NOTHING) is None
        assert next_relaxation(ticket(), [rule(type="order")], waiting=NOTHING) is None
        assert next_relaxation(ticket(), [rule(1)], waiting=timedelta(days=1)) is None

    @for_any(
        some.lists(some.tuples(some.integers(1, 5), some.sampled_from([1, 2]), some.none() | some.integers(1, 90))),
        some.integers(0, 500),
    )
    @settings(max_examples=100, deadline=None)
    def test_until_then_the_needs_stay_and_then_they_are_fewer(self, said, minutes):
        rules = [rule(level, skill, relax=each and timedelta(minutes=each)) for level, skill, each in said]
        waiting = timedelta(minutes=minutes)
        now, then = needs_of(ticket(), rules, waiting=waiting), next_relaxation(ticket(), rules, waiting=waiting)
        if then is None:
            assert needs_of(ticket(), rules, waiting=timedelta(days=99)) == now
        else:
            assert needs_of(ticket(), rules, waiting=then - timedelta(microseconds=1)) == now
            assert sum(one.level for one in needs_of(ticket(), rules, waiting=then)) < sum(one.level for one in now)
