"""How an agent's time went, from stretches. No database."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from support_management.people.availability.summary import figures_of
from support_management.people.availability.timeline import days_of
from tests.calendars.builders import at, calendar

MONDAY, TUESDAY = at("2026-03-23 00:00"), at("2026-03-24 00:00")
HOUR = 3600


@dataclass
class Stretch:
    began_at: datetime
    ended_at: datetime | None
    state: str = "online"
    why_not: str = ""

    @property
    def available(self) -> bool:
        return not self.why_not


def hour(number: int) -> datetime:
    return MONDAY + timedelta(hours=number)


DAY = [
    Stretch(hour(-5), hour(8), "offline", "offline"),
    Stretch(hour(8), hour(12)),
    Stretch(hour(12), hour(13), "break", "break"),
    Stretch(hour(13), hour(14), "online", "paused"),
    Stretch(hour(14), None),
]


def test_each_state_has_its_time_and_what_lies_outside_the_window_has_none():
    found = figures_of(DAY, begin=MONDAY, end=hour(18))
    assert found.states == {"offline": 8 * HOUR, "online": 9 * HOUR, "break": HOUR}
    assert found.available == 8 * HOUR
    assert (found.shift, found.adherence) == (None, None)


def test_adherence_is_available_time_within_the_shift():
    found = figures_of(DAY, begin=MONDAY, end=hour(18), shift=calendar())
    assert (found.shift, found.available_in_shift) == (8 * HOUR, 6 * HOUR)
    assert found.adherence == 75


def test_a_planned_absence_is_no_shift():
    away = [*DAY[:2], Stretch(hour(12), None, "offline", "absent")]
    found = figures_of(away, begin=MONDAY, end=TUESDAY, shift=calendar())
    assert (found.shift, found.adherence) == (3 * HOUR, 100)


def test_without_a_shift_in_the_window_there_is_no_share():
    sunday = MONDAY - timedelta(days=1)
    assert figures_of([], begin=sunday, end=MONDAY, shift=calendar()).adherence is None


class TestDays:
    def days(self, stretches, now=TUESDAY, zone="UTC", last=date(2026, 3, 23), count=2):
        return days_of(stretches, last=last, count=count, zone=ZoneInfo(zone), now=now, shift=None)

    def test_the_newest_comes_first_and_bars_stand_where_the_time_was(self):
        monday, sunday = self.days(DAY, now=hour(18))
        assert [(bar.begin, bar.length, bar.state) for bar in monday.bars][:2] == [
            (0, 480, "offline"),
            (480, 240, "online"),
        ]
        assert monday.bars[-1].length == 240, "the open one reaches to now"
        assert [(bar.begin, bar.length) for bar in sunday.bars] == [(1140, 300)]

    def test_a_day_that_is_not_yet_there_is_empty(self):
        [tuesday] = self.days(DAY, now=hour(18), last=date(2026, 3, 24), count=1)
        assert (tuesday.bars, tuesday.figures.available) == ((), 0)

    def test_a_day_has_the_length_it_really_has(self):
        [day] = self.days([], now=at("2026-04-02 00:00"), zone="Europe/Berlin", last=date(2026, 3, 29), count=1)
        assert day.minutes == 23 * 60


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 2000), st.sampled_from(["online", "away", "break", "offline"])),
        min_size=1,
        max_size=12,
    )
)
def test_the_states_of_stretches_without_gap_fill_the_window(lengths):
    stretches, moment = [], MONDAY
    for number, state in lengths:
        end = moment + timedelta(minutes=number)
        stretches.append(Stretch(moment, end, state, "" if state == "online" else state))
        moment = end
    found = figures_of(stretches, begin=MONDAY, end=moment, shift=calendar())
    assert sum(found.states.values()) == (moment - MONDAY).total_seconds()
    assert found.available == found.states.get("online", 0)
    assert 0 <= found.available_in_shift <= min(found.available, found.shift)
