"""Policies as a person types them: `4h`, `2d`, `75 %, 30 min`; and the same words back."""

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
"""Parts of a list, at most."""


def minutes_of(text: str, *, field: str) -> int | None:
    """Minutes of open time from `30m`, `4h`, `2d`, `1d 2h 30m` or a number; a day is 24 hours. None for nothing."""
    word = text.strip().lower()
    if not word:
        return None
    found = _LENGTH.fullmatch(word)
    if found is None:
        said = f"Enter a duration like 30m, 4h or 2d, not {texts.shown(text, 40)}."
        raise Invalid("length", said, field=field)
    days, hours, minutes = (int(found[part] or 0) for part in ("days", "hours", "minutes"))
    return days * _DAY + hours * _HOUR + minutes


def length(minutes: int) -> str:
    """The same in as few words as possible, exactly: `2d`, `1h 30m`."""
    parts = ((minutes // _DAY, "d"), (minutes % _DAY // _HOUR, "h"), (minutes % _HOUR, "m"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0m"


def thresholds_of(text: str) -> list[dict]:
    """From `75 %, 30 min`: a share of the target that has passed, or a length before the deadline."""
    return [_threshold(part) for part in parts_of(text, field="thresholds")]


def thresholds(rows: list[dict]) -> str:
    """`75%, 30m` back."""
    return ", ".join(f"{one['at_percent']}%" if "at_percent" in one else length(one["minutes_before"]) for one in rows)


def parts_of(text: str, *, field: str) -> list[str]:
    """What stands between commas."""
    found = [part.strip() for part in text.split(",") if part.strip()]
    if len(found) > MOST:
        raise Invalid("too_many", f"Enter at most {MOST} values.", field=field)
    return found


def _threshold(part: str) -> dict:
    percent = _PERCENT.fullmatch(part)
    if percent:
        return {"at_percent": int(percent[1])}
    return {"minutes_before": minutes_of(part, field="thresholds") or 0}
