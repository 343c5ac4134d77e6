"""One verb for many: in one transaction, each with its own outcome."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from support_management.core.errors import DeskError
from support_management.events.capability import capability


@dataclass(frozen=True, slots=True)
class BulkOutcome[T]:
    """What came of one of them, in words."""

    item: T
    done: bool
    text: str


@capability
def each[T](items: Iterable[T], do: Callable[[T], str]) -> list[BulkOutcome[T]]:
    """Do it to each; `do` calls a capability and says what was done. One that is refused undoes only itself."""
    found = []
    for item in items:
        try:
            found.append(BulkOutcome(item, True, do(item)))
        except DeskError as error:
            found.append(BulkOutcome(item, False, error.text))
    return found
