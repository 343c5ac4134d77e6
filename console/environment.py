"""Kinds of environment variables. Each refuses what cannot be meant in one line: variable, expectation, value.

Without Django's settings, so that `bin/run` reads its variables here before it starts anything.
"""

import re
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

LEAST_SECRET = 32
LONGEST_SHOWN = 100
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
YES, NO = ("1", "true", "yes", "on", "y", "t"), ("0", "false", "no", "off", "n", "f")


class CannotStart(ImproperlyConfigured):
    """The product cannot start; the message is one line that says what to change."""


class WrongItem(ValueError):
    """The item of a list that cannot be meant."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`parse` raises ValueError, LookupError or OSError for a text that is none of this kind."""

    must: str
    parse: Callable[[str], Any]
    shown: Callable[[str], str] = str
    secret: bool = False
    """Taken as it is, with spaces, and never shown."""

    def read(self, name: str, text: str) -> Any:
        """The value; CannotStart when there is none in this text."""
        try:
            return self.parse(text if self.secret else text.strip())
        except (ValueError, LookupError, OSError) as error:
            item = str(error) if isinstance(error, WrongItem) else text
        if self.secret:
            raise CannotStart(f"{name} must {self.must}.")
        raise CannotStart(f"{name} must {self.must}, not {self.shown(item)[:LONGEST_SHOWN]!r}.")


def number(least: int = 1, most: int = 100_000) -> Kind:
    def parse(text: str) -> int:
        if not text or set(text) - set(string.digits) or not least <= int(text[:20]) <= most:
            raise ValueError
        return int(text)

    return Kind(f"be a number from {least} to {most}", parse)


def choice(*words: str) -> Kind:
    def parse(text: str) -> str:
        return words[words.index(text)]

    return Kind(f"be {', '.join(words[:-1])} or {words[-1]}", parse)


def text(*, most: int, secret: bool = False) -> Kind:
    """One line of text with something to see in it."""

    def parse(given: str) -> str:
        if len(given) > most or not given.strip() or not given.isprintable():
            raise ValueError
        return given

    return Kind(f"be a text of at most {most} characters in one line", parse, secret=secret)


def listed(kind: Kind) -> Kind:
    """Several of this kind, separated by commas."""

    def parse(given: str) -> list:
        items = []
        for item in filter(None, map(str.strip, given.split(","))):
            try:
                items.append(kind.parse(item))
            except ValueError:
                raise WrongItem(item) from None
        if not items:
            raise ValueError
        return items

    return Kind(kind.must, parse, kind.shown, kind.secret)


def _yes_or_no(text: str) -> bool:
    if text.lower() not in YES + NO:
        raise ValueError
    return text.lower() in YES


def _rate(text: str) -> tuple[int, int]:
    """A rate such as 3000/min as (requests, seconds)."""
    match = re.fullmatch(r"([1-9][0-9]{0,8})/(s|sec|second|m|min|minute|h|hour|d|day)", text)
    if match is None:
        raise ValueError
    return int(match[1]), SECONDS[match[2][0]]


def _secret(text: str) -> str:
    """The secret, if it cannot be guessed: with a guessed secret everybody can sign a session of anybody."""
    if len(text) < LEAST_SECRET or len(set(text)) < LEAST_SECRET // 4:
        raise ValueError
    return text


def _key_prefix(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._:-]{1,50}", text):
        raise ValueError
    return text


def _folder(text: str) -> Path:
    try:
        folder = Path(text).expanduser().resolve()
    except RuntimeError:  # ~name of nobody, or a loop of links
        raise ValueError from None
    if not next(path for path in (folder, *folder.parents) if path.exists()).is_dir():
        raise ValueError
    return folder


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """CannotStart when this folder cannot be written, for example because the disk is full."""
    try:
        yield
    except OSError as error:
        raise CannotStart(f"DATA_DIR={folder} cannot be written: {error.strerror or error}.") from None


YES_NO = Kind("be yes or no (1 or 0, on or off)", _yes_or_no)
RATE = Kind("be written like 3000/min (or /s, /hour, /day)", _rate)
ZONE = Kind("be a time zone like Europe/Berlin", lambda text: ZoneInfo(text).key)
SECRET = Kind(f"have at least {LEAST_SECRET} random characters", _secret, secret=True)
KEY_PREFIX = Kind("be at most 50 letters, digits and . _ : -", _key_prefix)
FOLDER = Kind("be a folder that can be written", _folder)
