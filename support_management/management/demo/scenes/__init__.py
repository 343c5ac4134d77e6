"""What people write about: one TOML file per type of ticket, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Scene:
    """One kind of story: how it may be called, asked, answered, asked again, noted and ended."""

    subjects: tuple[str, ...]
    ask: str
    answers: tuple[str, ...]
    backs: tuple[str, ...]
    note: str
    done: str
    tags: tuple[str, ...]


@cache
def scenes(type: str) -> tuple[Scene, ...]:
    """The stories of a type of ticket."""
    text = (Path(__file__).parent / f"{type}.toml").read_text(encoding="utf-8")
    return tuple(_scene(story) for story in tomllib.loads(text)["scene"])


def _scene(story: dict[str, Any]) -> Scene:
    facts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in story.items()}
    return Scene(**facts)
