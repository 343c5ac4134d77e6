"""The same questions to businesstimedelta, which others use for this: hundreds of them, around changes of the clock.

Where the two differ a walk over the minutes decides. The library knows no hour that comes twice or not at all when a
shift begins or ends in it, and measures whole seconds. Two more things are kept out of the questions: a shift that ends
at midnight loses the day that has begun, and without a holiday in the next five years it raises TypeError.
"""

import random
from collections import Counter
from datetime import datetime, time, timedelta

import businesstimedelta
import pytest
import pytz

from tests.calendars.builders import at, calendar
from tests.calendars.oracle import SlowCalendar, changes_of

EUROPE = ["Europe/Berlin", "Europe/Madrid", "Europe/London"]
AMERICA = ["America/New_York", "America/Los_Angeles", "America/Santiago", "America/Sao_Paulo"]
EAST = ["Africa/Cairo", "Asia/Beirut", "Asia/Kolkata"]
SOUTH = ["Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Apia"]
ZONES = EUROPE + AMERICA + EAST + SOUTH
BY_DAY = [("09:00", "17:00"), ("08:30", "18:00"), ("06:00", "22:00")]
BY_NIGHT = [("00:00", "08:00"), ("01:30", "05:00"), ("00:00", "02:30"), ("02:00", "12:00")]
WORKING = [range(5), range(7), range(5, 7)]


class Question:
    """One shift a day on some weekdays, some holidays, an instant close to a change of the zone's clock."""

    def __init__(self, chance: random.Random, shifts):
        self.zone, year = chance.choice(ZONES), chance.choice([2010, 2011, 2015, 2018, 2024, 2025, 2026, 2027])
        around = chance.choice(changes_of(self.zone, year) or [datetime(year, 6, 1, tzinfo=at("2026-01-01").tzinfo)])
        self.start = around + timedelta(microseconds=chance.randrange(-5 * 86400 * 10**6, 3 * 86400 * 10**6))
        self.shift, self.days = chance.choice(shifts), chance.choice(WORKING)
        free = [self.start.date() + timedelta(days=chance.randrange(-1, 5)) for _ in range(chance.randrange(3))]
        self.holidays = [*free, self.start.date() + timedelta(days=700)] if free else []
        self.seconds = chance.choice([chance.randrange(30 * 3600), 8 * 3600, 60, 0])
        self.until = self.start + timedelta(seconds=chance.randrange(8 * 86400))

    def ours(self) -> tuple[datetime, int]:
        text = "-".join(self.shift)
        hours = calendar([[text] if day in self.days else [] for day in range(7)], self.zone, self.holidays)
        return hours.add(self.start, self.seconds), int(hours.between(self.start, self.until))

    def theirs(self) -> tuple[datetime, int]:
        zone, (opens, closes) = pytz.timezone(self.zone), map(time.fromisoformat, self.shift)
        rule = businesstimedelta.WorkDayRule(opens, closes, list(self.days), tz=zone)
        if self.holidays:
            rule = businesstimedelta.Rules([rule, businesstimedelta.HolidayRule(self.holidays, tz=zone)])
        due = self.start + businesstimedelta.BusinessTimeDelta(rule, seconds=self.seconds)
        return due.astimezone(self.start.tzinfo), int(rule.difference(self.start, self.until).timedelta.total_seconds())

    def walked(self) -> tuple[datetime | None, int]:
        minutes = tuple(int(text[:2]) * 60 + int(text[3:]) for text in self.shift)
        slow = SlowCalendar([[minutes] if day in self.days else [] for day in range(7)], self.zone, self.holidays)
        arrived = slow.add(self.start, timedelta(seconds=self.seconds), give_up=self.start + timedelta(days=60))
        return arrived, int(slow.between(self.start, self.until).total_seconds())


def test_by_day_both_say_the_same():
    chance, same = random.Random(20261125), 0
    for _ in range(400):
        question = Question(chance, BY_DAY)
        ours, theirs = question.ours(), question.theirs()
        assert ours[0] == theirs[0], vars(question)
        assert abs(ours[1] - theirs[1]) <= 1, vars(question)  # theirs drops the microseconds day by day
        same += 1
    assert same == 400


def test_by_night_the_walk_decides_for_us_wherever_they_differ():
    chance, seen = random.Random(20261126), Counter()
    for _ in range(250):
        question = Question(chance, BY_NIGHT)
        ours, theirs = question.ours(), question.theirs()
        if ours[0] == theirs[0] and abs(ours[1] - theirs[1]) <= 1:
            seen["same"] += 1
            continue
        seen[question.shift] += 1
        assert ours == question.walked(), vars(question)
    assert seen["same"] > 225
    assert len(seen) > 2, "no question met a changed hour: ask more of them"


def test_a_shift_that_ends_at_midnight_is_ours_alone():
    """At noon the day is open for twelve hours more; theirs begins on the next day."""
    zone, noon = pytz.timezone("Europe/London"), at("2026-11-25 12:00")
    rule = businesstimedelta.WorkDayRule(time(6), time(0), list(range(7)), tz=zone)
    assert noon + businesstimedelta.BusinessTimeDelta(rule, seconds=60) == at("2026-11-26 06:01")
    assert calendar([["06:00-24:00"]] * 7, "Europe/London").add(noon, 60) == at("2026-11-25 12:01")
    far = businesstimedelta.Rules([rule, businesstimedelta.HolidayRule([noon.date() - timedelta(days=1)], tz=zone)])
    with pytest.raises(TypeError):
        far.difference(noon, noon + timedelta(days=1))
