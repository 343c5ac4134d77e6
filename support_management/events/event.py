"""Base class and decorator of domain events, and the one that is about events themselves."""

from dataclasses import dataclass
from typing import ClassVar, dataclass_transform


class Event:
    """Base of all events. Unknown fields raise TypeError."""

    __slots__ = ()
    transient: ClassVar[tuple[str, ...]] = ()
    """Fields for the handlers in the transaction only; they are not stored."""

    def payload(self) -> dict:
        fields: tuple[str, ...] = type(self).__slots__
        return {name: getattr(self, name) for name in fields if name not in self.transient}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event[E](cls: type[E]) -> type[E]:
    """Declare a class as an event of the catalogue."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


@event
class HistoryBegan(Event):
    """The first event of a history. The database was restored: other rows may be there, every page is fetched again."""
