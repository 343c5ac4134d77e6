"""A place in a list: the values that sort a row, as text. Texts of one keyset compare as their rows do.

The text comes back in an address, which anybody may write: `decode` takes only what `encode` writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

from django.db.models import Q

from support_management.core.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_INTEGER = 2**63 - 1
"""What a database column of eight bytes holds."""
_MOST_DIGITS = 19
_DESCENDING = 10**18
"""Where the largest comes first, the text holds the distance to this number."""
_SEPARATOR = "|"


class KeysetPart(Protocol):
    """One value of a place. `decode` raises ValueError for a text that is none."""

    def encode(self, value: Any) -> str: ...

    def decode(self, text: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class IntegerPart:
    """An integer within bounds, padded with zeros to `width` digits."""

    lowest: int = 0
    highest: int = LARGEST_INTEGER
    width: int = 12
    descending: bool = False

    def encode(self, value: int) -> str:
        return f"{_DESCENDING - value if self.descending else value:0{self.width}d}"

    def decode(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
            raise ValueError("not a number")
        value = _DESCENDING - int(text) if self.descending else int(text)
        if not self.lowest <= value <= self.highest:
            raise ValueError("out of bounds")
        return value


@dataclass(frozen=True, slots=True)
class DatetimePart:
    """An aware datetime as microseconds since 1970; earlier ones count as 1970."""

    descending: bool = False

    def encode(self, value: datetime) -> str:
        return self._microseconds.encode(_microseconds(max(value, EPOCH)))

    def decode(self, text: str) -> datetime:
        return EPOCH + timedelta(microseconds=self._microseconds.decode(text))

    @property
    def _microseconds(self) -> IntegerPart:
        return _NEWEST_FIRST if self.descending else _OLDEST_FIRST


@dataclass(frozen=True, slots=True)
class WordPart:
    """One of a few words."""

    words: tuple[str, ...]

    def encode(self, value: str) -> str:
        return str(value)

    def decode(self, text: str) -> str:
        if text not in self.words:
            raise ValueError("not one of the words")
        return text


class NamePart:
    """A name, compared without regard to case."""

    def encode(self, value: str) -> str:
        return value.replace(_SEPARATOR, " ").casefold()

    def decode(self, text: str) -> str:
        return text


class Keyset[*Values]:
    """The values that sort a list, the row's id last."""

    def __init__(self, *parts: KeysetPart):
        self._parts = parts

    def encode(self, *values: *Values) -> str:
        """The place of a row."""
        return _SEPARATOR.join(part.encode(value) for part, value in zip(self._parts, cast(tuple, values), strict=True))

    def decode(self, text: str) -> tuple[*Values]:
        """The values of a place. Invalid (bad_key): `encode` writes no such text."""
        try:
            texts = text.split(_SEPARATOR)
            values = [part.decode(piece) for part, piece in zip(self._parts, texts, strict=True)]
            if self.encode(*cast(tuple, values)) != text:
                raise ValueError("not as it is written")
        except ValueError:
            raise Invalid("bad_key", "This is not a valid position in the list.", field="after") from None
        return cast("tuple[*Values]", tuple(values))


def behind(fields: Sequence[str], place: Sequence) -> Q:
    """Rows after a place in the order of `fields`: a greater first value, or an equal one and so on."""
    condition, equal = Q(), Q()
    for field, value in zip(fields, place, strict=True):
        name, side = field.lstrip("-"), "lt" if field.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{side}": value})
        equal &= Q(**{name: value})
    return condition


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


_LAST = _microseconds(datetime.max.replace(tzinfo=UTC))
_OLDEST_FIRST = IntegerPart(highest=_LAST, width=18)
_NEWEST_FIRST = IntegerPart(highest=_LAST, width=18, descending=True)
ID = IntegerPart()
"""A primary key."""
