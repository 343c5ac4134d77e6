"""What all events have in common."""

from dataclasses import dataclass
from typing import ClassVar, dataclass_transform


class Event:
    """Base of all events. Unknown fields are errors by construction."""

    __slots__ = ()
    transient: ClassVar[tuple[str, ...]] = ()
    """Fields that only the handlers in the transaction get: they are not stored."""

    def payload(self) -> dict:
        fields: tuple[str, ...] = type(self).__slots__
        return {name: getattr(self, name) for name in fields if name not in self.transient}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event[E](cls: type[E]) -> type[E]:
    """An entry of the catalogue."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)
