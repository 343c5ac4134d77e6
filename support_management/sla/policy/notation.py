"""Parses targets and thresholds as people type them (`4h`, `2d`, `75 %, 30 min`), and formats them."""

import re

from support_management.core import text as texts
from support_management.core.errors import Invalid

_DAY, _HOUR = 24 * 60, 60
_LENGTH = re.compile(
    r"(?:(?P<days>[0-9]{1,5})\s*+d)?\s*+(?:(?P<hours>[0-9]{1,6})\s*+h)?\s*+(?:(?P<minutes>[0-9]{1,8})\s*+(?:m|min)?)?",
    re.ASCII,
)
_PERCENT = re.compile(r"([0-9]{1,9})\s*%", re.ASCII)
MOST = 20
"""Limit of values in a list."""


def minutes_of(text: str, *, field: str) -> int | None:
    """Minutes of open time from `30m`, `4h`, `2d`, `1d 2h 30m` or a number; a day is 24 hours. None if empty.

    Invalid for any other text.
    """
    word = text.strip().lower()
    if not word:
        return None
    parsed = _LENGTH.fullmatch(word)
    if parsed is None:
        message = f"Enter a duration like 30m, 4h or 2d, not {texts.shown(text, 40)}."
        raise Invalid("length", message, field=field)
    days, hours, minutes = (int(parsed[part] or 0) for part in ("days", "hours", "minutes"))
    return days * _DAY + hours * _HOUR + minutes


def length(minutes: int) -> str:
    """Minutes as text, short and exact: `2d`, `1h 30m`."""
    parts = ((minutes // _DAY, "d"), (minutes % _DAY // _HOUR, "h"), (minutes % _HOUR, "m"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0m"


def thresholds_of(text: str) -> list[dict]:
    """Thresholds from `75 %, 30 min`: a share of the target that has passed, or a length before the deadline."""
    return [_threshold(part) for part in parts_of(text, field="thresholds")]


def thresholds(rows: list[dict]) -> str:
    """Thresholds as text: `75%, 30m`."""
    return ", ".join(f"{row['at_percent']}%" if "at_percent" in row else length(row["minutes_before"]) for row in rows)


def parts_of(text: str, *, field: str) -> list[str]:
    """The values between commas. Invalid for more than `MOST`."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > MOST:
        raise Invalid("too_many", f"Enter at most {MOST} values.", field=field)
    return parts


def _threshold(part: str) -> dict:
    percent = _PERCENT.fullmatch(part)
    if percent:
        return {"at_percent": int(percent[1])}
    return {"minutes_before": minutes_of(part, field="thresholds") or 0}
