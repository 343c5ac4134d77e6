"""What this installation remembers outside its database, so that it recognizes a restored one.

How far the history had come, and the highest numbers given: a file in DATA_DIR and, with REDIS_URL, a key in Redis.
The newer of both counts. A lost mark stops nothing: see `support_management/events/history.py`.
"""

import json
import logging
import os
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, reduce
from pathlib import Path

import redis
from django.conf import settings

log = logging.getLogger(__name__)
FILE = "history.json"
ANSWER_SECONDS = 1
MARGIN = 100
"""Numbers left out above the highest known one: some may have been given in the second before it was noted."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a history. `event` tells the event at `pos` from one that another history has there.

    `numbers`: the highest number given, by the name of its sequence or table.
    """

    epoch: str = ""
    pos: int = 0
    event: str = ""
    numbers: dict[str, int] = field(default_factory=dict)

    def joined(self, other: "Mark") -> "Mark":
        """The newer place of both, since positions never fall, and the higher of their numbers."""
        newer = max(self, other, key=lambda mark: mark.pos)
        names = self.numbers | other.numbers
        highest = {name: max(self.numbers.get(name, 0), other.numbers.get(name, 0)) for name in names}
        return replace(newer, numbers=highest)


class OutsideMark:
    """The mark of this installation. It is written by web processes, about once a second while something happens."""

    def __init__(self) -> None:
        self._kept: dict[str, int] = {}
        self._read: tuple[tuple[int, int], dict[str, int]] | None = None

    def read(self) -> Mark | None:
        """The mark; None where it is lost. May wait for Redis, a second at most."""
        found = [mark for mark in (self._in_file(), self._in_redis()) if mark is not None]
        return reduce(Mark.joined, found) if found else None

    def keep(self, mark: Mark) -> None:
        """Join it with what was kept before. What cannot be written now is written with a later mark."""
        before = self._in_file()
        mark = mark.joined(before) if before else mark
        self._kept = mark.numbers
        text = json.dumps(asdict(mark))
        for write in (self._write, self._tell_redis):  # each without the other: the disk may be full, or Redis away
            try:
                write(text)
            except (OSError, redis.RedisError) as error:
                log.debug("the mark was not written: %s", error)

    def least(self, name: str) -> int:
        """The highest number of this kind that the mark knows. A database with a lower one was restored."""
        return max(self._kept.get(name, 0), self.numbers().get(name, 0))

    def numbers(self) -> dict[str, int]:
        """The numbers in the file, which is read again when it has changed."""
        try:
            status = self.file.stat()
        except OSError:
            return {}
        state = (status.st_ino, status.st_mtime_ns)
        if self._read is None or self._read[0] != state:
            mark = self._in_file()
            self._read = (state, mark.numbers if mark else {})
        return self._read[1]

    def forget(self) -> None:
        """Remove the file, and what this process remembers."""
        self.file.unlink(missing_ok=True)
        self._kept = {}

    @property
    def file(self) -> Path:
        return settings.DATA_DIR / FILE

    def _write(self, text: str) -> None:
        fresh = self.file.with_suffix(f".{os.getpid()}")
        fresh.write_text(text)
        fresh.replace(self.file)

    def _tell_redis(self, text: str) -> None:
        if settings.REDIS_URL:
            self._redis.set(self._key, text)

    def _in_file(self) -> Mark | None:
        try:
            return _understood(self.file.read_text())
        except (OSError, ValueError):
            return None

    @cached_property
    def _redis(self) -> redis.Redis:
        limits = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS, "retry": None}
        return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, **limits)

    @property
    def _key(self) -> str:
        return f"{settings.LIVE_PREFIX}:history"

    def _in_redis(self) -> Mark | None:
        if not settings.REDIS_URL:
            return None
        try:
            return _understood(self._redis.get(self._key))
        except (OSError, redis.RedisError):
            return None


def _understood(text: str | bytes | None) -> Mark | None:
    """None for a text that is no mark, such as one that was cut off."""
    try:
        match json.loads(text or ""):
            case {"epoch": str(epoch), "pos": int(pos), "event": str(event), "numbers": dict(numbers)}:
                return Mark(epoch, pos, event, {name: int(value) for name, value in numbers.items()})
    except (ValueError, TypeError):
        pass
    return None


outside_mark = OutsideMark()
