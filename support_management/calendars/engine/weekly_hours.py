"""Parses, formats and normalises a week of hours. Pure.

`{"mon": [["09:00", "12:30"], ["13:00", "17:00"]], …, "sun": []}`; in a form a day is `09:00-12:30, 13:00-17:00`.
"""

import re
from itertools import pairwise

from support_management.calendars.engine.utc_openings import Week
from support_management.core.errors import Invalid

DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
MOST = 24
"""Limit of intervals per day."""
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
OFFICE = {day: [["09:00", "17:00"]] if day not in ("sat", "sun") else [] for day in DAYS}

type WrittenWeek = dict[str, list[list[str]]]

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_DASH = re.compile("[-–]")


def read(hours: object) -> WrittenWeek:
    """The week in normal form: all seven days, intervals in order. A missing day is closed. Invalid names the day."""
    if not isinstance(hours, dict):
        raise _invalid('Enter an object with days, like {"mon": [["09:00", "17:00"]]}.')
    if unknown := [str(name)[:20] for name in hours if name not in DAYS]:
        raise _invalid(f"{unknown[0]} is not a day. The days are {', '.join(DAYS)}.")
    return {day: _day(day, hours.get(day, [])) for day in DAYS}


def read_text(day: str, text: str) -> list[list[str]]:
    """The intervals of a day as written in a form; empty means closed. Invalid."""
    pieces = [piece for piece in re.split(r"[,;\n]", text) if piece.strip()]
    return _day(day, [[at.strip() for at in _DASH.split(piece)] for piece in pieces])


def text_of(intervals: list[list[str]]) -> str:
    """The intervals of a day as written in a form."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in intervals)


def seconds(hours: WrittenWeek) -> Week:
    """A week in normal form as seconds of the day, for arithmetic."""
    return tuple(tuple((_seconds(opens), _seconds(closes)) for opens, closes in hours[day]) for day in DAYS)


def never_opens(hours: WrittenWeek) -> bool:
    return not any(hours.values())


def _day(day: str, intervals: object) -> list[list[str]]:
    if not isinstance(intervals, list | tuple) or len(intervals) > MOST:
        raise _invalid(f"{DAYS[day]}: enter a list of at most {MOST} intervals.", day)
    ordered = sorted(_interval(day, interval) for interval in intervals)
    for (_, previous_end), (start, end) in pairwise(ordered):
        if start < previous_end:
            raise _invalid(f"{DAYS[day]}: {start}-{end} starts before the previous interval ends.", day)
    return [list(interval) for interval in ordered]


def _interval(day: str, value: object) -> tuple[str, str]:
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(isinstance(time, str) for time in value):
        raise _invalid(f"{DAYS[day]}: an interval is a start and an end, like 09:00-12:30.", day)
    for time in value:
        if not _TIME.fullmatch(time):
            raise _invalid(
                f"{DAYS[day]}: {time[:20]!r} is not a time. Write 00:00 to 24:00, with two digits each.", day
            )
    opens, closes = value
    if opens >= closes:
        raise _invalid(
            f"{DAYS[day]}: {opens}-{closes} does not end after it starts. Write a night as {opens}-24:00 and the rest "
            f"as 00:00-{closes} on the next day.",
            day,
        )
    return opens, closes


def _seconds(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 3600 + int(minute) * 60


def _invalid(text: str, day: str | None = None) -> Invalid:
    return Invalid("hours", text, field="hours", extra={"day": day} if day else None)
