"""What is due when, on one calendar that stays as it is."""

from datetime import date, datetime, timedelta, timezone

import pytest

from support_management.calendars.engine.hours import NeverOpens
from support_management.calendars.engine.instants import OutOfReach
from support_management.core.errors import Invalid
from tests.calendars.builders import ALWAYS, NEVER, OFFICE, at, calendar
from tests.refusals import refused

HOUR = 3600


class TestAnOfficeDay:
    office = calendar()

    @pytest.mark.parametrize(
        ("start", "seconds", "due"),
        [
            ("2026-11-25 10:00", 2 * HOUR, "2026-11-25 12:00"),
            ("2026-11-25 10:00", 7 * HOUR, "2026-11-25 17:00"),  # exactly the end of the day is that end
            ("2026-11-25 10:00", 7 * HOUR + 1, "2026-11-26 09:00:01"),
            ("2026-11-25 06:00", HOUR, "2026-11-25 10:00"),
            ("2026-11-25 17:00", HOUR, "2026-11-26 10:00"),
            ("2026-11-27 16:00", 2 * HOUR, "2026-11-30 10:00"),  # over the weekend
            ("2026-11-28 12:00", 8 * HOUR, "2026-11-30 17:00"),
            ("2026-11-25 10:00", 0, "2026-11-25 10:00"),  # nothing, from inside: the start itself
            ("2026-11-25 09:00", 0, "2026-11-25 09:00"),
            ("2026-11-25 17:00", 0, "2026-11-26 09:00"),  # nothing, from outside: the next opening
            ("2026-11-27 17:00:00.000001", 0, "2026-11-30 09:00"),
        ],
    )
    def test_what_is_due_when(self, start, seconds, due):
        assert self.office.add(at(start), seconds) == at(due)

    def test_microseconds_are_kept(self):
        start = at("2026-11-25 16:59:59.999999")
        assert self.office.add(start, 0.000001) == at("2026-11-25 17:00")
        assert self.office.add(start, 0.000002) == at("2026-11-26 09:00:00.000001")
        assert self.office.between(start, at("2026-11-26 09:00:00.000001")) == 0.000002

    def test_only_open_seconds_lie_between(self):
        assert self.office.between(at("2026-11-25 08:00"), at("2026-11-25 09:30")) == HOUR / 2
        assert self.office.between(at("2026-11-25 18:00"), at("2026-11-26 08:59")) == 0
        assert self.office.between(at("2026-11-23 00:00"), at("2026-11-30 00:00")) == 40 * HOUR

    def test_the_answer_is_in_utc_whatever_zone_the_question_was_in(self):
        there = datetime(2026, 11, 25, 15, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
        due = self.office.add(there, HOUR)
        assert due == at("2026-11-25 11:00")
        assert due.utcoffset() == timedelta()

    def test_what_ends_before_it_starts_is_refused(self):
        with refused("backwards", Invalid, field="until", match="end is before the start"):
            self.office.between(at("2026-11-25 10:00"), at("2026-11-25 09:59"))
        with refused("negative", Invalid, match="can't be negative"):
            self.office.add(at("2026-11-25 10:00"), -1)


class TestSeveralIntervals:
    def test_lunch_does_not_count(self):
        shop = calendar([["09:00-12:30", "13:00-17:00"]] * 7)
        assert shop.add(at("2026-11-25 12:00"), HOUR) == at("2026-11-25 13:30")
        assert shop.add(at("2026-11-25 12:00"), HOUR / 2) == at("2026-11-25 12:30")

    def test_a_night_that_ends_at_24_00_goes_on_the_next_morning(self):
        night = calendar([["00:00-06:00", "22:00-24:00"]] * 7)
        assert night.add(at("2026-11-25 23:00"), 2 * HOUR) == at("2026-11-26 01:00")
        assert night.add(at("2026-11-25 23:00"), HOUR) == at("2026-11-26 00:00")
        assert night.add(at("2026-11-26 00:00"), 0) == at("2026-11-26 00:00")

    def test_one_minute_a_week_still_gets_there(self):
        rare = calendar([["23:59-24:00"], [], [], [], [], [], []])
        assert rare.add(at("2026-11-25 10:00"), 60 * 52) == at("2027-11-23 00:00")


class TestHolidays:
    def test_a_holiday_is_the_whole_local_day(self):
        berlin = calendar(ALWAYS, "Europe/Berlin", ["2026-12-25"])
        assert berlin.between(at("2026-12-24 23:00"), at("2026-12-25 23:00")) == 0
        assert berlin.between(at("2026-12-24 22:00"), at("2026-12-26 00:00")) == 2 * HOUR

    def test_the_country_s_holidays_come_year_by_year(self):
        asked = []

        def new_years_days(year: int) -> set[date]:
            asked.append(year)
            return {date(year, 1, 1)}

        office = calendar(OFFICE, of_year=new_years_days)
        assert office.add(at("2026-12-31 16:00"), 2 * HOUR) == at("2027-01-04 10:00")  # 1 January 2027 is a Friday
        assert office.add(at("2026-12-31 16:00"), 40 * 52 * 40 * HOUR) > at("2060-01-01 00:00")
        assert max(asked) > 2060

    def test_the_leap_day_counts(self):
        assert calendar(ALWAYS).between(at("2028-02-28 00:00"), at("2028-03-01 00:00")) == 48 * HOUR
        office = calendar(OFFICE, holidays=["2028-02-29"])
        assert office.add(at("2028-02-28 16:00"), 2 * HOUR) == at("2028-03-01 10:00")


class TestClockChanges:
    def test_a_skipped_hour_does_not_count(self):
        berlin = calendar(ALWAYS, "Europe/Berlin", ["2000-01-01"])
        assert berlin.between(at("2026-03-28 23:00"), at("2026-03-29 22:00")) == 23 * HOUR
        early = calendar([["02:00-04:00"]] * 7, "Europe/Berlin")
        assert early.between(at("2026-03-28 23:00"), at("2026-03-29 22:00")) == HOUR

    def test_a_repeated_hour_counts_twice(self):
        early = calendar([["02:00-03:00"]] * 7, "Europe/Berlin")
        assert early.between(at("2026-10-24 22:00"), at("2026-10-25 23:00")) == 2 * HOUR

    def test_half_of_a_repeated_hour_is_met_twice_with_a_break_between(self):
        early = calendar([["02:30-03:00"]] * 7, "Europe/Berlin")
        assert early.add(at("2026-10-25 00:30"), HOUR / 2) == at("2026-10-25 01:00")
        assert early.add(at("2026-10-25 00:30"), HOUR / 2 + 60) == at("2026-10-25 01:31")

    def test_lord_howe_moves_by_half_an_hour(self):
        island = calendar([["01:00-03:00"]] * 7, "Australia/Lord_Howe")
        assert island.between(at("2026-04-04 12:00"), at("2026-04-05 12:00")) == 2.5 * HOUR
        assert island.between(at("2026-10-03 12:00"), at("2026-10-04 12:00")) == 1.5 * HOUR

    def test_apia_had_no_30_december_2011(self):
        apia = calendar(OFFICE, "Pacific/Apia")
        assert apia.add(at("2011-12-30 02:00"), 2 * HOUR) == at("2012-01-01 20:00")
        assert apia.between(at("2011-12-26 10:00"), at("2012-01-01 10:00")) == 4 * 8 * HOUR

    @pytest.mark.parametrize(
        ("zone", "day", "length"),
        [
            ("America/Sao_Paulo", "2018-11-04", 23),
            ("America/Sao_Paulo", "2018-02-17", 25),
            ("Asia/Beirut", "2026-03-29", 23),
            ("Africa/Cairo", "2026-04-24", 23),
        ],
    )
    def test_where_the_clock_changes_at_midnight_the_day_has_the_hours_it_has(self, zone, day, length):
        only = calendar(
            [["00:00-24:00"] if number == date.fromisoformat(day).weekday() else [] for number in range(7)], zone
        )
        noon = at(f"{day} 12:00")
        assert only.between(noon - timedelta(days=2), noon + timedelta(days=2)) == length * HOUR


class TestTheEnds:
    def test_a_calendar_without_hours_says_that_it_never_opens(self):
        with refused("never_opens", NeverOpens, match="no working hours"):
            calendar(NEVER).add(at("2026-11-25 10:00"), 0)
        assert calendar(NEVER).between(at("2026-11-25 10:00"), at("2027-11-25 10:00")) == 0

    def test_round_the_clock_is_plain_time(self):
        always = calendar(ALWAYS, "Pacific/Apia")
        assert always.add(at("2011-12-29 10:00:00.5"), 72 * HOUR) == at("2012-01-01 10:00:00.5")
        assert always.between(at("2011-12-29 10:00"), at("2012-01-01 10:00")) == 72 * HOUR

    @pytest.mark.parametrize("week", [OFFICE, ALWAYS, [["23:59-24:00"], [], [], [], [], [], []]])
    def test_what_is_too_far_away_is_refused_in_words(self, week):
        for start, seconds in (
            (at("2026-11-25 10:00"), 10**13),
            (at("1969-12-31 23:59"), 60),
            (at("2200-01-01 00:00"), 0),
        ):
            with refused("out_of_reach", OutOfReach, match="1970 to 2199"):
                calendar(week).add(start, seconds)

    def test_the_table_grows_both_ways_and_says_the_same_as_a_fresh_one(self):
        kept = calendar(OFFICE, "Europe/Berlin")
        for start in (
            "2026-11-25 10:00",
            "1999-12-31 23:30",
            "2090-06-01 12:00",
            "2026-12-31 23:59",
            "1970-01-01 00:00",
        ):
            for amount in (0, 60, 8 * HOUR, 2000 * HOUR):
                fresh = calendar(OFFICE, "Europe/Berlin")
                assert kept.add(at(start), amount) == fresh.add(at(start), amount)
        assert kept.between(at("1980-01-01 00:00"), at("2120-01-01 00:00")) == calendar(
            OFFICE, "Europe/Berlin"
        ).between(at("1980-01-01 00:00"), at("2120-01-01 00:00"))
