"""A clock's arithmetic against the slow and obvious model that walks minute by minute. No database in it."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support_management.calendars.engine import weekly_hours
from support_management.calendars.engine.business_time import BusinessHours
from support_management.calendars.engine.hours import CalendarHours
from support_management.calendars.models import BEGINNING
from support_management.sla.clock.arithmetic import ClockProgress, RunInterval
from support_management.sla.clock.working_time import WorkingTime
from tests.sla.oracle import BERLIN, MINUTE, START, WEEKS, Walker, is_open


def working(hours: dict) -> WorkingTime:
    return WorkingTime(BusinessHours([(BEGINNING, CalendarHours(weekly_hours.seconds(hours), BERLIN))]))


WORKING = [working(hours) for hours in WEEKS]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["turn", "turn", "retarget"]), st.integers(0, 900), st.integers(1, 900), st.integers(0, 2)
    ),
    max_size=8,
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 900), st.integers(0, 2), ACTS)
def test_the_arithmetic_of_any_history(target, first, acts):
    by_hand = Walker(START, target, lambda at: is_open(WEEKS[first], at))
    runs, at, hours, running = [], START, WORKING[first], True
    for act, later, other, which in acts:
        moment = by_hand.at + later * MINUTE
        by_hand.walk(moment)
        if by_hand.breached_at is not None:
            break
        if running and moment > at:
            runs.append(RunInterval(at, moment, hours))
        at = moment if running or act == "turn" else at
        course = ClockProgress.after(runs, at, hours)
        if act == "turn":
            running = not running
            (by_hand.resume if running else by_hand.pause)()
            course = ClockProgress(at, hours, course.served)
        else:
            target, hours = other, WORKING[which]
            by_hand.retarget(other, lambda at, which=which: is_open(WEEKS[which], at))
            course = ClockProgress.after(runs, at, hours)
        assert course.served == len(by_hand.ticks) * MINUTE
        if running or by_hand.breached_at is not None or len(by_hand.ticks) < target:
            assert course.instant(target * MINUTE) == by_hand.due()
