"""Moving an order's deadline. Both parties are told."""

from datetime import datetime

from support_management.core.errors import Invalid
from support_management.core.kept_timestamps import written
from support_management.core.time import require_future
from support_management.events.capability import capability
from support_management.order_management import acting
from support_management.order_management.acting import Words
from support_management.order_management.models import SupportOrderManagement
from support_management.orders.models import Order
from support_management.people.models import User

Action = SupportOrderManagement.Action


@capability
def move_deadline(
    *, order: int, by: User, words: Words, deadline: datetime | None, version: int | None = None
) -> SupportOrderManagement:
    """Move the deadline of an open order to an instant in the future. Invalid not_future, required, no_change.

    Without a message of their own, client and writer read from when to when it was moved.
    """
    words = words.cleaned()
    if deadline is None:
        raise Invalid("required", "Enter the new deadline.", field="deadline")
    require_future(deadline, field="deadline")
    row = acting.begin(Action.MOVE_DEADLINE, order, by=by, version=version)
    if row.deadline == deadline:
        raise Invalid("no_change", "This is the deadline already.", field="deadline")
    sentence = _sentence(row, deadline)
    told = [(row.client, words.message or sentence)] + ([(row.writer, sentence)] if row.writer else [])
    return acting.change(Action.MOVE_DEADLINE, row, {"deadline": deadline}, by=by, words=words, told=told)


def _sentence(row: Order, deadline: datetime) -> str:
    before = f" from {written(row.deadline)}" if row.deadline else ""
    return f"The deadline of order {row.reference} was moved{before} to {written(deadline)}."
