"""A week of hours as people and programs write it. Pure.

`{"mon": [["09:00", "12:30"], ["13:00", "17:00"]], …, "sun": []}`; in a form a day is `09:00-12:30, 13:00-17:00`.
"""

import re
from itertools import pairwise

from support_management.calendars.engine.openings import Week
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
"""Intervals a day."""
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
OFFICE = {day: [["09:00", "17:00"]] if day not in ("sat", "sun") else [] for day in DAYS}

type WrittenWeek = dict[str, list[list[str]]]

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_DASH = re.compile("[-–]")


def read(hours: object) -> WrittenWeek:
    """The week in its one normal form: all seven days, intervals in order. Invalid says what is wrong with which day.

    A day that is left out is closed.
    """
    if not isinstance(hours, dict):
        raise _wrong('Enter an object with days, like {"mon": [["09:00", "17:00"]]}.')
    if unknown := [str(name)[:20] for name in hours if name not in DAYS]:
        raise _wrong(f"{unknown[0]} is not a day. The days are {', '.join(DAYS)}.")
    return {day: _day(day, hours.get(day, [])) for day in DAYS}


def read_text(day: str, text: str) -> list[list[str]]:
    """One day as it is written in a form. Empty: closed."""
    pieces = [piece for piece in re.split(r"[,;\n]", text) if piece.strip()]
    return _day(day, [[at.strip() for at in _DASH.split(piece)] for piece in pieces])


def text_of(intervals: list[list[str]]) -> str:
    """The same back."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in intervals)


def seconds(hours: WrittenWeek) -> Week:
    """A week in normal form, for arithmetic."""
    return tuple(tuple((_seconds(opens), _seconds(closes)) for opens, closes in hours[day]) for day in DAYS)


def never_opens(hours: WrittenWeek) -> bool:
    return not any(hours.values())


def _day(day: str, intervals: object) -> list[list[str]]:
    if not isinstance(intervals, list | tuple) or len(intervals) > MOST:
        raise _wrong(f"{DAYS[day]}: enter a list of at most {MOST} intervals.", day)
    found = sorted(_interval(day, one) for one in intervals)
    for (_, before), (after, until) in pairwise(found):
        if after < before:
            raise _wrong(f"{DAYS[day]}: {after}-{until} starts before the previous interval ends.", day)
    return [list(one) for one in found]


def _interval(day: str, one: object) -> tuple[str, str]:
    if not isinstance(one, list | tuple) or len(one) != 2 or not all(isinstance(at, str) for at in one):
        raise _wrong(f"{DAYS[day]}: an interval is a start and an end, like 09:00-12:30.", day)
    for at in one:
        if not _TIME.fullmatch(at):
            raise _wrong(f"{DAYS[day]}: {at[:20]!r} is not a time. Write 00:00 to 24:00, with two digits each.", day)
    opens, closes = one
    if opens >= closes:
        raise _wrong(
            f"{DAYS[day]}: {opens}-{closes} does not end after it starts. Write a night as {opens}-24:00 and the rest "
            f"as 00:00-{closes} on the next day.",
            day,
        )
    return opens, closes


def _seconds(at: str) -> int:
    hour, minute = at.split(":")
    return int(hour) * 3600 + int(minute) * 60


def _wrong(text: str, day: str | None = None) -> Invalid:
    return Invalid("hours", text, field="hours", extra={"day": day} if day else None)
