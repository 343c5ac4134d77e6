"""The fast arithmetic against one that walks minute by minute, in every zone there is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from support_management.calendars.engine.business_time import BusinessHours
from support_management.calendars.engine.hours import CalendarHours, NeverOpens
from tests.calendars.builders import BEGINNING
from tests.calendars.oracle import SlowCalendar, changes_of
from tests.refusals import refused

ZONES = sorted(available_timezones())
ODD = ["Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo", "Asia/Gaza",
       "Africa/Casablanca", "America/Caracas", "Asia/Pyongyang", "Antarctica/Troll", "Pacific/Kwajalein"]  # fmt: skip
REACH = timedelta(days=8)


@st.composite
def days(draw) -> tuple[tuple[int, int], ...]:
    """Up to three intervals of a day, in minutes; some end at 24:00, some touch."""
    edges = sorted(
        draw(st.lists(st.sampled_from([0, 60, 120, 150, 180, 540, 541, 1020, 1380, 1439, 1440]), max_size=6))
    )
    return tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b)


WEEKS = (
    st.lists(days(), min_size=7, max_size=7) | st.just([((0, 1440),)] * 7) | st.just([((540, 1020),)] * 5 + [()] * 2)
)


@st.composite
def starts(draw, zone: str) -> datetime:
    """Any instant since 1973, more often than not close to a change of the zone's clock."""
    year = draw(st.integers(1973, 2037) | st.just(2011) | st.just(2018) | st.just(2026))
    around = draw(
        st.sampled_from([*changes_of(zone, year), datetime(year, 2, 29 if year % 4 == 0 else 28, tzinfo=UTC)])
    )
    return around + timedelta(microseconds=draw(st.integers(-2 * 86400 * 10**6, 2 * 86400 * 10**6)))


@st.composite
def calendars(draw):
    """The same calendar twice, fast and slow, and an instant on it."""
    zone, week = draw(st.sampled_from(ZONES) | st.sampled_from(ODD)), draw(WEEKS)
    start = draw(starts(zone))
    free = frozenset(start.date() + timedelta(days=shift) for shift in draw(st.sets(st.integers(-2, 7), max_size=3)))
    seconds = tuple(tuple((a * 60, b * 60) for a, b in day) for day in week)
    slow = SlowCalendar(week, zone, free)
    return CalendarHours(seconds, slow.zone, free), slow, start


@settings(max_examples=200, deadline=None)
@given(calendars(), st.integers(0, int(REACH.total_seconds()) * 10**6))
def test_between_two_instants_lies_what_the_walk_counts(both, length):
    hours, slow, start = both
    until = start + timedelta(microseconds=length)
    assert timedelta(seconds=BusinessHours([(BEGINNING, hours)]).between(start, until)) == slow.between(start, until)


@settings(max_examples=200, deadline=None)
@given(
    calendars(), st.integers(0, 30 * 3600 * 10**6) | st.sampled_from([0, 60 * 10**6, 3600 * 10**6, 8 * 3600 * 10**6])
)
def test_what_is_due_is_due_where_the_walk_arrives(both, amount):
    hours, slow, start = both
    fast = BusinessHours([(BEGINNING, hours)])
    if not any(slow.week):
        with refused("never_opens", NeverOpens):
            fast.add(start, 0)
        return
    due = fast.add(start, amount / 10**6)
    walked = slow.add(start, timedelta(microseconds=amount), give_up=start + REACH)
    assert due == walked if walked else due >= start + REACH


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_version_counts_for_its_own_time(data):
    """Three versions with different hours, zones and holidays: the walk asks each minute which one held."""
    _, first, start = data.draw(calendars())
    others = [data.draw(calendars())[1] for _ in range(2)]
    shifts = sorted(data.draw(st.lists(st.integers(-600, 4000), min_size=2, max_size=2, unique=True)))
    begun = [BEGINNING, *(start.replace(second=0, microsecond=0) + timedelta(minutes=shift) for shift in shifts)]
    slows = [first, *others]

    class Whole(SlowCalendar):
        def is_open(self, at):
            return next(slow for since, slow in reversed(list(zip(begun, slows, strict=True))) if since <= at).is_open(
                at
            )

    fast = BusinessHours(
        [
            (
                since,
                CalendarHours(
                    tuple(tuple((a * 60, b * 60) for a, b in day) for day in slow.week), slow.zone, slow.holidays
                ),
            )
            for since, slow in zip(begun, slows, strict=True)
        ]
    )
    walk, amount = Whole((), "UTC"), data.draw(st.integers(0, 20 * 3600 * 10**6) | st.just(0))
    until = start + timedelta(days=4)
    assert timedelta(seconds=fast.between(start, until)) == walk.between(start, until)
    arrived = walk.add(start, timedelta(microseconds=amount), give_up=start + REACH)
    if any(slows[-1].week) or arrived:
        due = fast.add(start, amount / 10**6)
        assert due == arrived if arrived else due >= start + REACH
    else:
        with refused("never_opens", NeverOpens):
            fast.add(start, amount / 10**6)
