"""Two weeks as a picture, what is due when as a person asks it, and a calendar in one line."""

from datetime import date

import pytest

from support_management.calendars import editing, preview, two_weeks, wording
from support_management.calendars.engine import weekly_hours
from tests.calendars.builders import at

pytestmark = pytest.mark.django_db
NOON = at("2026-12-23 12:00")


@pytest.fixture
def berlin(ira):
    return editing.create(
        by=ira,
        name="Berlin",
        time_zone="Europe/Berlin",
        hours=weekly_hours.OFFICE | {"sat": [["09:00", "12:30"]]},
        holidays=["2026-12-24"],
        holiday_country="DE",
    )


class TestPicture:
    def test_it_begins_with_the_monday_and_tells_each_day(self, berlin):
        days = two_weeks.of(berlin, at=NOON)
        assert [day.date for day in days][:: len(days) - 1] == [date(2026, 12, 21), date(2027, 1, 3)]
        monday, thursday, friday, saturday = days[0], days[3], days[4], days[5]
        assert (monday.bars, monday.text) == ((two_weeks.PreviewInterval(540, 480),), "09:00–17:00")
        assert (monday.counted_text, saturday.counted_text) == ("8 h", "–")
        assert (thursday.closed_for, friday.closed_for, friday.bars) == ("Holiday", "Christmas Day", ())
        assert saturday.closed_for == "Second Day of Christmas"
        assert days[12].counted_text == "3 h 30"
        assert [day.is_monday for day in days].count(True) == 2

    def test_the_week_is_that_of_the_calendar_s_own_clock(self, ira):
        tokyo = editing.create(by=ira, name="Tokyo", time_zone="Asia/Tokyo", hours=weekly_hours.OFFICE)
        assert two_weeks.of(tokyo, at=at("2026-11-22 16:00"))[0].date == date(2026, 11, 23)

    def test_a_day_on_which_the_clock_changes_says_how_long_it_is(self, ira):
        row = editing.create(by=ira, name="Early", time_zone="Europe/Berlin", hours={"sun": [["00:00", "06:00"]]})
        sunday = two_weeks.of(row, at=at("2026-03-25 12:00"))[6]
        assert (sunday.hours_long, sunday.counted_text) == (23, "5 h")
        assert two_weeks.of(row, at=at("2026-10-21 12:00"))[6].hours_long == 25

    def test_sydney_lord_howe_and_a_day_that_never_was(self, ira):
        row = editing.create(
            by=ira, name="Apia", time_zone="Pacific/Apia", hours=weekly_hours.ALWAYS, holidays=["2011-01-01"]
        )
        friday = two_weeks.of(row, at=at("2011-12-28 12:00"))[4]
        assert (friday.date, friday.counted, friday.hours_long) == (date(2011, 12, 30), 0, 0)


class TestAsk:
    @pytest.mark.parametrize(
        ("start", "amount", "due"),
        [
            ("2026-03-27T11:00", "8h", "2026-03-28 10:00"),
            ("2026-03-27T11:00:00", "90", "2026-03-27 11:30"),
            ("2026-03-27T10:00:00Z", "1h 30m", "2026-03-27 11:30"),
            ("2026-03-27T11:00", " 1H 30 min ", "2026-03-27 11:30"),
            ("2026-03-27T11:00", "0", "2026-03-27 10:00"),
        ],
    )
    def test_what_is_due_when(self, berlin, start, amount, due):
        asked = preview.due_time(berlin, start=start, amount=amount, at=NOON)
        assert (asked.due_at, asked.error) == (at(due), "")

    def test_both_clocks_are_told(self, berlin):
        asked = preview.due_time(berlin, start="2026-03-27T11:00", amount="8h", at=NOON)
        assert (f"{asked.due_there:%H:%M}", f"{asked.due_utc:%H:%M}") == ("11:00", "10:00")

    def test_without_a_start_it_is_now_there(self, berlin):
        assert preview.due_time(berlin, start="", amount="", at=NOON).start == "2026-12-23T13:00"
        assert preview.due_time(berlin, start="", amount="1h", at=NOON).due_at == at("2026-12-23 13:00")

    @pytest.mark.parametrize(
        ("start", "amount", "field"),
        [
            ("soon", "8h", "start"),
            ("0001-01-01T00:00", "8h", "start"),
            ("9999-12-31T23:59", "8h", "start"),
            ("2026-03-27T11:00", "a day", "minutes"),
            ("2026-03-27T11:00", "h", "minutes"),
            ("2026-03-27T11:00", "-5", "minutes"),
            ("2026-03-27T11:00", "999999h", "minutes"),
            ("2026-03-27T11:00\x00", "8h", "start"),
        ],
    )
    def test_what_cannot_be_answered_is_said(self, berlin, start, amount, field):
        asked = preview.due_time(berlin, start=start, amount=amount, at=NOON)
        assert (asked.due_at, asked.field) == (None, field)
        assert asked.error


class TestWords:
    def test_days_with_the_same_hours_are_told_together(self, berlin):
        assert wording.week_of(berlin) == "Mon to Fri 09:00–17:00; Sat 09:00–12:30"
        assert wording.holidays_of(berlin) == "holidays of Germany and 1 more day"

    @pytest.mark.parametrize(("hours", "said"), [(weekly_hours.ALWAYS, "24/7"), ({}, "never open")])
    def test_the_two_ends(self, ira, hours, said):
        row = editing.create(by=ira, name="End", time_zone="UTC", hours=hours)
        assert (wording.week_of(row), wording.holidays_of(row)) == (said, "no holidays")
