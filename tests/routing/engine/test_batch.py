"""A batch planned together: strictly in work order, never over capacity, at a lower cost than one by one."""

from collections import Counter

from hypothesis import given as for_any
from hypothesis import settings

from support_management.routing.engine import batch, eligibility, optimizer
from support_management.routing.engine.allocator import key
from support_management.routing.engine.ranking import choose
from support_management.routing.engine.work_order import work_order
from tests.routing.engine import builders
from tests.routing.engine.builders import NOW, agent, need, work


def plan(works, people, **options):
    return batch.plan(works, people, now=NOW, **options)


def taken(decisions) -> dict:
    return {key(one.work): one.chosen.agent for one in decisions if one.chosen}


def one_by_one(works, people) -> dict:
    """What the choice alone would do, in work order."""
    found = {}
    for one in sorted(works, key=lambda one: work_order(one, now=NOW)):
        decision = choose(one, people)
        people = builders.after(people, decision)
        if decision.chosen:
            found[key(one)] = decision.chosen.agent
    return found


def exhaustive(rows):
    """A solver for a handful: every way there is."""
    best, least = None, float("inf")
    stack = [((), 0.0)]
    while stack:
        columns, total = stack.pop()
        if total >= least:
            continue
        if len(columns) == len(rows):
            best, least = columns, total
            continue
        row = rows[len(columns)]
        stack += [((*columns, at), total + row[at]) for at in range(len(row)) if at not in columns]
    return best


class TestAnything:
    @for_any(builders.works(), builders.agents(least=1))
    @settings(max_examples=80, deadline=None)
    def test_strict_within_capacity_eligible_and_every_work_decided(self, works, people):
        decisions = plan(works, people)
        assert [one.work for one in decisions] == sorted(works, key=lambda one: work_order(one, now=NOW))
        assert set(one_by_one(works, people)) <= set(taken(decisions))
        end = people
        for one in decisions:
            if one.chosen:
                there = next(each for each in end if each.id == one.chosen.agent)
                assert eligibility.refusal(one.work, there) is None
                assert (one.chosen.load, one.chosen) == (there.load, one.candidates[0])
            end = builders.after(end, one)
        for one in decisions:
            if not one.chosen:
                assert choose(one.work, end).chosen is None
                assert {each.agent for each in one.refusals} == {each.id for each in people}

    @for_any(builders.works(most=8), builders.agents(least=1))
    @settings(max_examples=40, deadline=None)
    def test_the_same_question_has_the_same_answer_in_any_order(self, works, people):
        assert plan(works, people) == plan(works[::-1], people)

    @for_any(builders.works(), builders.agents(least=2))
    @settings(max_examples=40, deadline=None)
    def test_it_costs_at_most_what_one_by_one_costs(self, works, people):
        single = one_by_one(works, people)
        same = [one for one in sorted(works, key=lambda one: work_order(one, now=NOW)) if key(one) in single]
        better = optimizer.improved(same, single, people)
        assert optimizer.cost(same, better, people) <= optimizer.cost(same, single, people) + 1e-9
        assert set(better) == set(single)

    @for_any(builders.works(owners=True), builders.agents(least=2))
    @settings(max_examples=80, deadline=None)
    def test_nothing_moves_but_to_a_better_place(self, works, people):
        shed = Counter()
        end = people
        for one in plan(works, people):
            owner = next((each for each in end if each.id == one.work.owner), None)
            if one.chosen and eligibility.can_keep(one.work, owner):
                there = next(each for each in end if each.id == one.chosen.agent)
                left = builders.given(owner, builders.work(units=-shed[owner.id]))
                assert eligibility.load_after(one.work, there) < eligibility.load_after(one.work, left, added_units=0)
            if one.chosen:
                assert one.chosen.agent != one.work.owner
                shed[one.work.owner] += one.work.units
            end = builders.after(end, one)

    @for_any(builders.works(most=1), builders.agents())
    @settings(max_examples=50, deadline=None)
    def test_one_alone_is_a_choice(self, works, people):
        assert [one.chosen for one in plan(works, people)] == [choose(one, people).chosen for one in works]


class TestSecondStep:
    def test_work_that_can_stay_does_not_move_because_of_what_came_later(self):
        alike = {"website": None, "priority": 1, "due_at": NOW, "created_at": NOW}
        works = [work(1, **alike), work(2, units=0, owner=1, **alike), work(3, units=2, **alike)]
        people = [agent(1, capacity=4), agent(2, capacity=0), agent(3, capacity=5)]
        moved = {one.work.id: one.chosen and one.chosen.agent for one in plan(works, people)}
        assert moved[2] is None

    def test_the_expert_is_left_to_what_needs_her(self):
        """One by one the easy question takes the only one who is good at the hard one."""
        easy, hard = work(1, priority=2, needs=(need(1, 1),)), work(2, needs=(need(2, 1),))
        people = [agent(1, capacity=1, skills={1: 5, 2: 5}), agent(2, capacity=1, skills={1: 4, 2: 1})]
        assert one_by_one([easy, hard], people) == {("ticket", 1): 1, ("ticket", 2): 2}
        assert taken(plan([easy, hard], people)) == {("ticket", 1): 2, ("ticket", 2): 1}

    def test_room_that_another_distribution_leaves_is_used(self):
        first = [work(number, priority=2, needs=(need(1, 1),)) for number in (1, 2)]
        last = work(3, needs=(need(2, 5),))
        people = [agent(1, capacity=2, skills={1: 1, 2: 5}), agent(2, capacity=4, load=1, skills={1: 5})]
        decisions = plan([*first, last], people)
        assert all(one.chosen for one in decisions)

    def test_the_solver_is_asked_when_many_wait_and_its_answer_holds(self):
        works = [work(number, needs=(need(number % 2 + 1, 1),)) for number in range(1, 9)]
        people = [agent(1, capacity=4, skills={1: 5, 2: 1}), agent(2, capacity=4, skills={1: 1, 2: 5})]
        by_hand = taken(plan(works, people, solver=exhaustive))
        assert by_hand == {key(one): 1 if one.needs[0].specialization == 1 else 2 for one in works}
        assert taken(plan(works, people)) == by_hand

    def test_without_one_swaps_find_it_too(self, monkeypatch):
        monkeypatch.setattr(optimizer, "scipy_solver", lambda: None)
        works = [work(number, needs=(need(number % 2 + 1, 1),)) for number in range(1, 9)]
        people = [agent(1, capacity=4, skills={1: 5, 2: 1}), agent(2, capacity=4, skills={1: 1, 2: 5})]
        expected = {key(one): 1 if one.needs[0].specialization == 1 else 2 for one in works}
        assert taken(plan(works, people)) == expected

    def test_a_long_list_is_asked_in_parts(self, monkeypatch):
        monkeypatch.setattr(optimizer, "CELLS", 20)
        works = [work(number, needs=(need(number % 2 + 1, 1),)) for number in range(1, 9)]
        people = [agent(1, capacity=4, skills={1: 5, 2: 1}), agent(2, capacity=4, skills={1: 1, 2: 5})]
        asked = []

        def noting(rows):
            asked.append(len(rows) * len(rows[0]))
            return exhaustive(rows)

        assert len(taken(plan(works, people, solver=noting))) == 8
        assert len(asked) > 1
        assert max(asked) <= 20
