"""Who should have a piece of work: eligible first, then the order of the rule, and a reason for everybody else."""

from datetime import timedelta

import pytest
from hypothesis import given as for_any
from hypothesis import settings

from support_management.core.time import NEVER
from support_management.routing.engine import eligibility
from support_management.routing.engine.ranking import choose
from support_management.routing.engine.work_order import next_for, work_order
from tests.routing.engine import builders
from tests.routing.engine.builders import NOW, agent, need, work


def chosen(wanted, *people) -> int | None:
    best = choose(wanted, people).chosen
    return best.agent if best else None


def why_not(wanted, *people) -> dict[int, tuple[str, str]]:
    return {one.agent: (one.code, one.text) for one in choose(wanted, people).refusals}


class TestOrder:
    def test_who_carries_least_for_what_they_can_carry(self):
        assert chosen(work(), agent(1, load=4, capacity=8), agent(2, load=4, capacity=10)) == 2

    def test_counted_after_taking_it(self):
        """A half-empty small desk is fuller afterwards than a half-full large one."""
        assert chosen(work(units=2), agent(1, load=1, capacity=4), agent(2, load=4, capacity=12)) == 2

    def test_then_the_better_skill(self):
        people = [agent(1, skills={1: 2}), agent(2, skills={1: 5}), agent(3, skills={1: 4})]
        assert chosen(work(needs=(need(1, 2),)), *people) == 2

    def test_a_skill_that_nobody_asks_for_decides_nothing(self):
        assert chosen(work(), agent(1), agent(2, skills={1: 5})) == 1

    def test_then_who_was_given_nothing_for_the_longest(self):
        people = [agent(number, last_assigned_at=NOW - timedelta(minutes=number)) for number in (1, 2, 3)]
        assert chosen(work(), *people) == 3
        assert chosen(work(), *people, agent(4)) == 4

    def test_then_the_lower_id(self):
        assert chosen(work(), agent(7), agent(3), agent(5)) == 3

    def test_who_knows_the_client_first_however_busy(self):
        people = [agent(1), agent(2, load=7)]
        assert chosen(work(knows=frozenset([2])), *people) == 2

    def test_but_not_over_capacity(self):
        assert chosen(work(knows=frozenset([2])), agent(1), agent(2, load=8)) == 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("facts", "who", "reason"),
        [
            ({}, {"load": 9}, ("no_room", "Over capacity by 1")),
            ({"units": 2}, {"load": 7}, ("no_room", "Has 7 of 8 units; this needs 2")),
            (
                {"kind": "dispute"},
                {"load": 4, "loads": {"dispute": 3}, "capacities": {"dispute": 3}},
                ("no_room_kind", "Has 3 of 3 dispute units; this needs 1"),
            ),
            ({"needs": (need(1, 2, "Payment"),)}, {}, ("no_skill", "No Payment skill")),
            ({"needs": (need(1, 2, "Payment"),)}, {"skills": {1: 1}}, ("no_skill", "Payment 1, requires 2")),
            ({"website": 2}, {"websites": frozenset([1])}, ("not_served", "Does not cover this website")),
            ({}, {"available": False, "why_not": "break"}, ("break", "On a break")),
            ({"avoid": frozenset([1])}, {}, ("had_it", "Had it recently")),
            ({"owner": 1}, {}, ("is_owner", "Already assigned")),
        ],
    )
    def test_each_has_a_code_and_a_sentence(self, facts, who, reason):
        assert why_not(work(**facts), agent(1, **who)) == {1: reason}

    def test_work_of_no_website_is_for_all(self):
        assert chosen(work(website=None), agent(1, websites=frozenset([1]))) == 1

    def test_who_is_not_there_is_told_so_whatever_else_they_lack(self):
        lacking = agent(1, available=False, why_not="away", load=8)
        assert why_not(work(needs=(need(),)), lacking)[1][0] == "away"


class TestMove:
    def test_work_of_who_is_away_goes_to_whoever_has_room(self):
        away = agent(1, available=False, why_not="away")
        assert chosen(work(owner=1), away, agent(2, load=7)) == 2

    def test_from_who_could_go_on_only_to_a_clearly_better_place(self):
        """From 4 of 8 (0.50): 0.40 after taking is better, 0.50 is not."""
        wanted, owner = work(owner=1), agent(1, load=4)
        assert chosen(wanted, owner, agent(2, load=3, capacity=10)) == 2
        assert chosen(wanted, owner, agent(2, load=3)) is None
        assert why_not(wanted, owner, agent(2, load=3))[2] == ("no_better", "No better match than Agent 1")

    def test_a_skill_that_the_owner_lacks_is_reason_enough(self):
        wanted = work(owner=1, needs=(need(),))
        assert chosen(wanted, agent(1, load=1), agent(2, load=6, skills={1: 3})) == 2


class TestAnything:
    @for_any(builders.works(most=1, owners=True), builders.agents())
    @settings(max_examples=80, deadline=None)
    def test_everybody_is_a_candidate_or_refused_and_the_first_is_chosen(self, some, people):
        for one in some:
            decision = choose(one, people)
            able, not_able = [each.agent for each in decision.candidates], [each.agent for each in decision.refusals]
            assert sorted(able + not_able) == sorted(each.id for each in people)
            assert decision.chosen == (decision.candidates[0] if able else None)
            scores = [each.score for each in decision.candidates]
            assert scores == sorted(scores, reverse=True)
            assert all(0 <= score <= 100 for score in scores)
            by_id = {each.id: each for each in people}
            for pk in able:
                assert by_id[pk].available
                assert by_id[pk].load + one.units <= by_id[pk].capacity
                assert all(by_id[pk].skills.get(each.specialization, 0) >= each.level for each in one.needs)
            assert choose(one, people[::-1]).chosen == decision.chosen


class TestWorkOrder:
    def ids(self, *rows) -> list[int]:
        return [one.id for one in sorted(rows, key=lambda one: work_order(one, now=NOW))]

    def test_priority_then_due_then_age_then_id(self):
        soon, late = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
        old = NOW - timedelta(hours=1)
        rows = [
            work(1, priority=3, due_at=soon),
            work(2, priority=1, due_at=late),
            work(3, priority=3, due_at=late, created_at=NOW),
            work(5, priority=3, due_at=late, created_at=old),
            work(4, priority=3, due_at=late, created_at=old),
        ]
        assert self.ids(*rows) == [2, 1, 4, 5, 3]

    def test_each_eight_hours_count_one_priority_higher_but_never_as_urgent(self):
        waited = work(1, priority=4, due_at=NOW, created_at=NOW - timedelta(hours=16))
        due = {"due_at": NOW + timedelta(hours=1)}
        assert self.ids(work(2, priority=2, **due), waited, work(3, priority=1, **due)) == [3, 1, 2]
        younger = work(1, priority=4, due_at=NOW, created_at=NOW - timedelta(hours=15))
        assert self.ids(work(2, priority=2, **due), younger) == [2, 1]

    def test_without_a_deadline_it_is_not_the_last_for_ever(self):
        rows = [work(2, priority=2), work(1, priority=3, due_at=NEVER, created_at=NOW - timedelta(days=4))]
        assert self.ids(*rows) == [1, 2]


class TestNext:
    def test_the_first_in_work_order_that_ada_can_take(self):
        rows = [
            work(1, priority=1, needs=(need(),)),
            work(2, priority=1, website=2),
            work(3, priority=2, units=5),
            work(4, priority=3),
            work(5, priority=4),
        ]
        assert next_for(agent(load=5, websites=frozenset([1])), rows, now=NOW).id == 4

    def test_a_hand_may_take_while_away(self):
        assert next_for(agent(available=False, why_not="break"), [work()], now=NOW).id == 1

    def test_nothing_when_she_is_full(self):
        assert next_for(agent(load=8), [work()], now=NOW) is None

    def test_every_code_of_absence_has_words(self):
        from support_management.people.models import SupportAvailability

        assert set(SupportAvailability.WhyNot.values) <= set(eligibility.AWAY)
