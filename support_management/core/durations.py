"""Durations as text, the same on screens, in mails and in reports."""

DAY, HOUR = 86400, 3600


def length_text(seconds: float) -> str:
    """2d 4h, 3h 12m, 42m: up to two units, rounded down to minutes, never negative."""
    whole = max(0, int(seconds // 1))
    if whole >= DAY:
        return f"{whole // DAY}d {whole % DAY // HOUR}h"
    if whole >= HOUR:
        return f"{whole // HOUR}h {whole % HOUR // 60}m"
    return f"{whole // 60}m"
