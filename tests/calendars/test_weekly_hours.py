"""A week as people write it, and what is wrong with it in words."""

import pytest

from support_management.calendars.engine import weekly_hours
from support_management.core.errors import Invalid
from tests.refusals import refused


def test_a_week_gets_all_its_days_in_order():
    written = weekly_hours.read({"tue": [["13:00", "17:00"], ["09:00", "12:30"]]})
    assert list(written) == list(weekly_hours.DAYS)
    assert written["tue"] == [["09:00", "12:30"], ["13:00", "17:00"]]
    assert written["mon"] == []


def test_what_was_read_reads_the_same_again():
    assert weekly_hours.read(weekly_hours.read(weekly_hours.OFFICE)) == weekly_hours.OFFICE
    assert weekly_hours.seconds(weekly_hours.read({"sun": [["22:00", "24:00"]]}))[6] == ((79200, 86400),)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ([], "Enter an object with days"),
        (None, "Enter an object with days"),
        ({"monday": []}, "monday is not a day"),
        ({"mon": "09:00-17:00"}, "Monday: enter a list of at most 24"),
        ({"mon": [["09:00", "17:00"]] * 25}, "at most 24"),
        ({"mon": [["09:00"]]}, "a start and an end"),
        ({"mon": [[9, 17]]}, "a start and an end"),
        ({"mon": [None]}, "a start and an end"),
        ({"mon": [["9:00", "17:00"]]}, "'9:00' is not a time"),
        ({"mon": [["09:00", "24:01"]]}, "'24:01' is not a time"),
        ({"mon": [["09:00", "١٧:٠٠"]]}, "is not a time"),
        ({"mon": [["09:00\n", "17:00"]]}, "is not a time"),
        ({"mon": [["24:00", "24:00"]]}, "does not end after it starts"),
        ({"fri": [["22:00", "06:00"]]}, "Friday: 22:00-06:00 does not end after it starts. Write a night as"),
        ({"mon": [["09:00", "12:00"], ["11:59", "17:00"]]}, "starts before the previous interval ends"),
        ({"mon": [["09:00", "12:00"], ["09:00", "12:00"]]}, "starts before the previous interval ends"),
    ],
)
def test_what_is_wrong_is_said_in_words(hours, said):
    with refused("hours", Invalid, field="hours", match=said):
        weekly_hours.read(hours)


def test_intervals_may_touch():
    assert weekly_hours.read({"mon": [["09:00", "12:00"], ["12:00", "17:00"]]})["mon"][1] == ["12:00", "17:00"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", []),
        ("  ", []),
        ("09:00-12:30, 13:00-17:00", [["09:00", "12:30"], ["13:00", "17:00"]]),
        ("09:00 – 17:00;18:00-24:00", [["09:00", "17:00"], ["18:00", "24:00"]]),
    ],
)
def test_a_day_is_written_as_text(text, read):
    assert weekly_hours.read_text("mon", text) == read
    assert weekly_hours.read_text("mon", weekly_hours.text_of(read)) == read


@pytest.mark.parametrize("text", ["nine to five", "09:00", "09:00-12:00-13:00", "-", "09:00-17:00 10:00-11:00"])
def test_what_is_no_day_s_hours_is_refused(text):
    with refused("hours", Invalid, field="hours", match="Monday"):
        weekly_hours.read_text("mon", text)
