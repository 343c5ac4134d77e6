"""Actions that move an order's status: restore, hold, release, cancel."""

from datetime import datetime

from support_management.core.errors import Conflict
from support_management.core.time import now, require_future
from support_management.events.capability import capability
from support_management.order_management import acting
from support_management.order_management.acting import Words
from support_management.order_management.models import SupportOrderManagement
from support_management.orders.models import Order
from support_management.orders.status import Status
from support_management.people.models import User

Action = SupportOrderManagement.Action
ELAPSED = Words(reason="The time of the hold is over.")
_NO_HOLD = {"held_from": "", "held_until": None}


@capability
def restore_to_progress(*, order: int, by: User, words: Words, version: int | None = None) -> SupportOrderManagement:
    """Return a cancelled, held, paused or completed order to in progress."""
    words = words.cleaned()
    row = acting.begin(Action.RESTORE_TO_PROGRESS, order, by=by, version=version)
    changes = {"status": Status.IN_PROGRESS.value} | _NO_HOLD
    return acting.change(Action.RESTORE_TO_PROGRESS, row, changes, by=by, words=words)


@capability
def hold(
    *, order: int, by: User, words: Words, until: datetime | None = None, version: int | None = None
) -> SupportOrderManagement:
    """Put the order on hold. `until`: when it is released by itself. Invalid not_future."""
    words = words.cleaned()
    require_future(until, field="until")
    row = acting.begin(Action.HOLD, order, by=by, version=version)
    changes = {"status": Status.ON_HOLD.value, "held_from": row.status, "held_until": until}
    return acting.change(Action.HOLD, row, changes, by=by, words=words)


@capability
def release(*, order: int, by: User, words: Words, version: int | None = None) -> SupportOrderManagement:
    """Release an order on hold: it goes back to the status before."""
    words = words.cleaned()
    row = acting.begin(Action.RELEASE, order, by=by, version=version)
    return _release(row, by=by, words=words)


@capability
def release_elapsed(*, order: int) -> SupportOrderManagement:
    """The system's release when the time of the hold is over. Conflict not_due when it is not (any longer)."""
    row = acting.begin(Action.RELEASE, order, by=None)
    if row.held_until is None or row.held_until > now():
        raise Conflict("not_due", "This order stays on hold.", current=row)
    return _release(row, by=None, words=ELAPSED)


@capability
def cancel(*, order: int, by: User, words: Words, version: int | None = None) -> SupportOrderManagement:
    """Cancel an open order. No money moves."""
    words = words.cleaned()
    row = acting.begin(Action.CANCEL, order, by=by, version=version)
    return acting.change(Action.CANCEL, row, {"status": Status.CANCELLED.value} | _NO_HOLD, by=by, words=words)


def _release(row: Order, *, by: User | None, words: Words) -> SupportOrderManagement:
    changes = {"status": row.held_from or Status.IN_PROGRESS.value} | _NO_HOLD
    return acting.change(Action.RELEASE, row, changes, by=by, words=words)
