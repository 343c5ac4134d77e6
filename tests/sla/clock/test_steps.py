"""The arithmetic of a clock, without a database."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from support_management.sla.clock.arithmetic import (
    AROUND_THE_CLOCK,
    RISK_AT_LEAST,
    STAGES,
    ClockProgress,
    RunInterval,
    WarningMark,
    passed,
    stage,
    thresholds_of,
)

START = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
ZERO, HOUR = timedelta(0), timedelta(hours=1)
targets = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=400))
warnings = st.lists(
    st.one_of(
        st.integers(1, 99).map(lambda percent: WarningMark(at_share=percent / 100)),
        st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=30)).map(
            lambda left: WarningMark(before=left)
        ),
    ),
    max_size=4,
)


class HalfTime:
    """Open every other half second, as it were: two seconds pass for one that counts."""

    def add(self, start, worked):
        return start + 2 * worked

    def between(self, start, until):
        return (until - start) / 2


def marks(target, given=()):
    return [(step.kind, step.name, step.mark) for step in thresholds_of(target, given)]


class TestSteps:
    def test_a_promise_of_four_hours(self):
        assert marks(4 * HOUR) == [
            ("warned", "75 %", 3 * HOUR),
            ("at_risk", "", timedelta(hours=3, minutes=36)),
            ("breached", "", 4 * HOUR),
        ]

    def test_a_short_promise_is_at_risk_five_minutes_before(self):
        [*_, risk, breach] = thresholds_of(timedelta(minutes=30))
        assert breach.mark - risk.mark == RISK_AT_LEAST

    def test_a_policy_warns_earlier_and_more_than_once(self):
        given = [WarningMark(at_share=0.5), WarningMark(before=HOUR)]
        assert [step.name for step in thresholds_of(4 * HOUR, given)] == ["50 %", "60 min before", "", ""]

    def test_a_policy_that_warns_late_leaves_the_quarter_where_it_is(self):
        names = [step.name for step in thresholds_of(8 * HOUR, [WarningMark(at_share=0.9)])]
        assert names == ["75 %", "90 %", "", ""]

    @given(targets, warnings)
    def test_thresholds_come_in_order_and_none_before_the_start(self, target, given):
        plan = thresholds_of(target, given)
        assert [step.mark for step in plan] == sorted(step.mark for step in plan)
        assert plan[0].mark >= ZERO
        assert plan[-1].mark == target
        assert [step.kind for step in plan[-2:]] == ["at_risk", "breached"]
        assert len({(step.kind, step.name) for step in plan}) == len(plan)


class TestPassing:
    @given(targets, warnings, st.timedeltas(min_value=ZERO, max_value=timedelta(days=500)), st.integers(0, 2))
    def test_what_passed_and_what_comes_next_fit_together(self, target, given, later, reached):
        plan, course = thresholds_of(target, given), ClockProgress(START, AROUND_THE_CLOCK)
        found = passed(course, plan, reached, START + later)
        after = reached + len(found)
        assert [step for step, _ in found] == list(plan[reached:after])
        assert all(at <= START + later for _, at in found)
        assert after == len(plan) or course.instant(plan[after].mark) > START + later
        assert stage(plan, after) == (STAGES[plan[after - 1].kind] if after else "on_track")


class TestCourse:
    def test_time_served_under_another_calendar_counts_across_versions(self):
        before = [RunInterval(START, START + 4 * HOUR, HalfTime())]
        course = ClockProgress.after(before, START + 4 * HOUR, AROUND_THE_CLOCK)
        assert course.served == 2 * HOUR
        assert course.instant(3 * HOUR) == START + 5 * HOUR
        assert course.served_by(START + 6 * HOUR) == 4 * HOUR

    def test_a_mark_already_passed_lies_where_it_was_passed(self):
        runs = [
            RunInterval(START, START + HOUR, AROUND_THE_CLOCK),
            RunInterval(START + 10 * HOUR, START + 12 * HOUR, HalfTime()),
        ]
        course = ClockProgress.after(runs, START + 20 * HOUR, AROUND_THE_CLOCK)
        assert course.instant(HOUR / 2) == START + HOUR / 2
        assert course.instant(HOUR * 1.5) == START + 11 * HOUR
        assert course.instant(2 * HOUR) == START + 12 * HOUR

    @given(st.lists(st.timedeltas(min_value=ZERO, max_value=timedelta(days=2)), max_size=6), targets)
    def test_pauses_move_the_deadline_by_what_they_took(self, lengths, target):
        at, runs, ran = START, [], ZERO
        for place, length in enumerate(lengths):
            if place % 2 == 0:
                runs.append(RunInterval(at, at + length, AROUND_THE_CLOCK))
                ran += length
            at += length
        course = ClockProgress.after(runs, at, AROUND_THE_CLOCK)
        if target > ran:
            assert course.instant(target) == at + target - ran
        else:
            assert course.instant(target) <= at
