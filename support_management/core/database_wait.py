"""How long a web request, or a look of the live path, may wait for the database.

A database that is there and says nothing keeps its connections open, so only the waiting side can end it. Who has no
limit (worker, commands, imports) waits for as long as the time-outs of the connection allow. `console/postgresql/`
keeps the limits.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Limit:
    """Seconds that may be waited: `left` in all, `each` for one answer."""

    __slots__ = ("each", "left")

    def __init__(self, left: float, each: float) -> None:
        self.left, self.each = left, each

    def seconds(self) -> float:
        """For the next answer."""
        return max(0.0, min(self.left, self.each))


_current: ContextVar[Limit | None] = ContextVar("database_wait", default=None)
current = _current.get


@contextmanager
def limited(seconds: float, *, each: float | None = None) -> Iterator[None]:
    """Wait at most `seconds` in all, and at most `each` for one answer."""
    token = _current.set(Limit(seconds, seconds if each is None else each))
    try:
        yield
    finally:
        _current.reset(token)


def extend(seconds: float, *, each: float = 0.0) -> None:
    """From now on at least `seconds` in all, where there is a limit; `each` for one answer if that is more."""
    if (limit := current()) is not None:
        limit.left, limit.each = max(limit.left, seconds), max(limit.each, each)


class _Silence:
    """Whether the database says nothing to anybody in this process."""

    def __init__(self) -> None:
        self.heard_at = time.monotonic()
        self.known = False


_silence = _Silence()


def heard() -> None:
    """The database has answered."""
    _silence.heard_at, _silence.known = time.monotonic(), False


def unanswered(since: float) -> bool:
    """Somebody gave up waiting. Whether nobody else was answered since either: then it is the database."""
    _silence.known = _silence.heard_at < since
    return _silence.known


def is_silent() -> bool:
    """Whether somebody gave up waiting and nobody was answered since."""
    return _silence.known
