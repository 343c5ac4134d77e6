"""Durations and moments as text. Same texts as static/js/time/text.js, or the first tick would change the page."""

from datetime import UTC, date, datetime, tzinfo
from math import floor

from support_management.core.date_range import clamped
from support_management.core.durations import length_text

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def age_text(seconds: float) -> str:
    """How long ago: 2d 4h, 3h 12m, 42m. Two units at most, never below one minute."""
    return length_text(seconds)


def news_text(seconds: float) -> str:
    """As `age_text`, but "just now" in the first minute."""
    return "just now" if seconds < 60 else age_text(seconds)


def due_text(remaining: float) -> str:
    """Time left: as `age_text`; m:ss below five minutes; 12m overdue."""
    left = floor(remaining)
    if left < -59:
        return f"{length_text(-left)} overdue"
    if left < 0:
        return "just overdue"
    if left >= 300:
        return length_text(left)
    return f"{left // 60}:{left % 60:02d}"


def clock_text(moment: datetime, zone: tzinfo = UTC, shape: str = "datetime") -> str:
    """A moment in a time zone, British order, 24 hours. Shapes: time, seconds, date, datetime, exact."""
    local = clamped(moment).astimezone(zone)
    date = f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    if shape == "time":
        return f"{local:%H:%M}"
    if shape == "seconds":
        return f"{local:%H:%M:%S}"
    if shape == "date":
        return date
    if shape == "exact":
        return f"{_DAYS[local.weekday()]}, {date}, {local:%H:%M:%S}"
    return f"{date}, {local:%H:%M}"


def day_text(day: date) -> str:
    """A day without its year: 5 Nov."""
    return f"{day.day} {_MONTHS[day.month - 1]}"
