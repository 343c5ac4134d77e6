"""Bulk actions: one action on many items in one transaction, with an outcome per item."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings

from support_management.core import database_wait
from support_management.core.errors import DeskError
from support_management.events.capability import capability


@dataclass(frozen=True, slots=True)
class BulkOutcome[T]:
    """The outcome for one item; `text` is a sentence for the user."""

    item: T
    done: bool
    text: str


@capability
def each[T](items: Iterable[T], do: Callable[[T], str]) -> list[BulkOutcome[T]]:
    """Apply `do` (calls a capability, returns what was done) to each item. A refusal rolls back only its item."""
    database_wait.extend(settings.EXPORT_DATABASE_SECONDS)
    outcomes = []
    for item in items:
        try:
            outcomes.append(BulkOutcome(item, True, do(item)))
        except DeskError as error:
            outcomes.append(BulkOutcome(item, False, error.text))
    return outcomes
