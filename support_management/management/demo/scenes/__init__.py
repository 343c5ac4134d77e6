"""What people write about: one TOML file for each type of ticket, read once."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any


@dataclass(frozen=True, slots=True)
class Scene:
    """One kind of request, from the subject to the last answer. `by`: whether a client or a writer asks.

    `answers` follow each other; of all the others any one is used.
    """

    subjects: tuple[str, ...]
    asks: tuple[str, ...]
    answers: tuple[str, ...]
    replies: tuple[str, ...]
    note: str
    closings: tuple[str, ...]
    tags: tuple[str, ...]
    by: str = "client"

    @property
    def needs_order(self) -> bool:
        return all("{ref}" in text for text in self.asks)

    @property
    def early_replies(self) -> tuple[str, ...]:
        """Replies to the first answer; of two answers the second has the last reply to itself."""
        return self.replies[:-1] if len(self.answers) > 1 else self.replies

    def matches(self, subject: str) -> bool:
        """Whether a ticket with this subject was made from this scene."""
        return any(re.fullmatch(_pattern(template), subject) for template in self.subjects)


@cache
def scenes(type: str) -> tuple[Scene, ...]:
    """The scenes of a type of ticket."""
    text = (Path(__file__).parent / f"{type}.toml").read_text(encoding="utf-8")
    return tuple(_scene(table) for table in tomllib.loads(text)["scene"])


def usable(texts: Iterable[str], values: dict[str, str]) -> list[str]:
    """The texts whose placeholders all have a value, filled in."""
    return [text.format_map(values) for text in texts if _placeholders(text) <= values.keys()]


def _scene(table: dict[str, Any]) -> Scene:
    values: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in table.items()}
    return Scene(**values)


@cache
def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


@cache
def _pattern(template: str) -> str:
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(template))
