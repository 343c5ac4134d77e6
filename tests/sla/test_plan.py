"""The arithmetic of a clock, without a database."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from support_management.sla.clock import RISK_AT_LEAST, THRESHOLDS, plan

START = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
targets = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=400))


class TestPlan:
    def test_a_promise_of_four_hours(self):
        made = plan(start=START, target=timedelta(hours=4))
        assert made.due_soon == START + timedelta(hours=3)
        assert made.at_risk == START + timedelta(hours=3, minutes=36)
        assert made.breached == START + timedelta(hours=4)

    def test_a_short_promise_is_at_risk_five_minutes_before(self):
        made = plan(start=START, target=timedelta(minutes=30))
        assert made.breached - made.at_risk == RISK_AT_LEAST

    @given(targets)
    def test_thresholds_come_in_order_and_none_before_the_start(self, target):
        made = plan(start=START, target=target)
        assert START <= made.due_soon <= made.at_risk <= made.breached == START + target

    @given(targets, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=500)), st.integers(0, 3))
    def test_what_passed_and_what_comes_next_fit_together(self, target, later, reached):
        made = plan(start=START, target=target)
        passed = made.passed(reached, START + later)
        assert [name for name, _ in passed] == list(THRESHOLDS[reached : reached + len(passed)])
        coming = made.next_after(reached + len(passed))
        assert all(at <= START + later for _, at in passed)
        assert coming is None or coming > START + later
