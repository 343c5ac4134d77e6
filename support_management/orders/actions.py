"""Changes of an order by support."""

from django.db.models import F

from support_management.audit import log
from support_management.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from support_management.core.locking import lock
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import OrderMoved
from support_management.orders import queries
from support_management.orders.models import Order
from support_management.orders.status import Status, check_move, way
from support_management.people.models import User
from support_management.people.viewer import viewer_of

BY_MONEY = "Money is refunded by a decision: resolve the dispute for the client, with the refund."


@capability
def set_status(*, order: int, status: str, by: User | None, version: int | None = None) -> Order:
    """Change the order's status where that needs neither a reason nor money.

    Conflict illegal_move, needs_reason, by_refund, in_dispute while a dispute about it is open; Stale, NotAllowed
    not_yours, Invalid unknown_status.
    """
    if status not in Status.values:
        raise Invalid("unknown_status", f"Status must be one of {', '.join(Status.values)}.", field="status")
    row = lock_visible(order, by=by, version=version)
    if status != row.status:
        _require_plain(row, status)
        move(row, status, by=by)
    return row


def lock_visible(order: int, *, by: User | None, version: int | None = None) -> Order:
    """The locked row. NotFound when `by` may not see it, NotAllowed for parties, Stale when `version` is outdated."""
    if by is not None and not queries.visible_to(viewer_of(by)).filter(pk=order).exists():
        raise NotFound("This order")
    if by is not None and not by.is_desk:
        raise NotAllowed("not_yours", "Only support staff can change an order's status.")
    return lock(Order, order, version)


def _require_plain(row: Order, status: str) -> None:
    if queries.has_open_dispute(row):
        raise Conflict(
            "in_dispute", "This order has an open dispute. Resolve the dispute: its outcome moves the order."
        )
    check_move(row.status, status)
    if status == Status.REFUNDED:
        raise Conflict("by_refund", BY_MONEY, field="status")
    action = way(row.status, status)
    if action:
        sentence = f"This change needs a reason: use the action {action} of the order."
        raise Conflict("needs_reason", sentence, extra={"way": f"orders/{row.pk}/{action}/"})


def move(row: Order, status: str, *, by: User | None, action: int | None = None, **fields) -> None:
    """Store the new status of a row that is locked inside a capability, which has checked that it may change so.

    All status changes go through here. `action`: the id of the action that makes it. `fields` change with it.
    """
    before = row.status
    store(row, status=status, **(_hold_of(row, status) | fields))
    after = {"status": status} | ({"action": action} if action else {})
    log.record(by=by, verb="status", on=row, before={"status": before}, after=after)
    publish(OrderMoved(order_id=row.pk, before=before, after=status, by_id=by.pk if by else None))


def store(row: Order, **changes) -> None:
    """Write the changes and the next version of a locked row. Stale when another change was first."""
    version, moment = row.version, now()
    stamp = {"updated_at": moment} | ({"public_updated_at": moment} if Order.is_public(changes) else {})
    updated = Order.objects.filter(pk=row.pk, version=version).update(**changes, **stamp, version=F("version") + 1)
    if not updated:
        raise Stale(Order.objects.filter(pk=row.pk).first())
    for name, value in (changes | stamp).items():
        setattr(row, name, value)
    row.version = version + 1


def _hold_of(row: Order, status: str) -> dict:
    """What is remembered of a hold. A dispute interrupts it: withdrawn, it leads back to the hold as it was."""
    if Status.DISPUTED in (status, row.status) and Status.ON_HOLD in (status, row.status):
        return {}
    if status == Status.ON_HOLD:
        return {"held_from": row.status}
    return {"held_from": "", "held_until": None} if row.held_from or row.held_until else {}
