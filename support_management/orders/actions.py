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
from support_management.orders.status import Status, check_move
from support_management.people.models import User
from support_management.people.viewer import viewer_of

BY_MONEY = "Money is refunded by a decision: resolve the dispute for the client, with the refund."


@capability
def set_status(*, order: int, status: str, by: User | None, version: int | None = None) -> Order:
    """Change the order's status by hand.

    Conflict illegal_move, in_dispute while a dispute about it is open, by_refund for refunded; Stale, NotAllowed
    not_yours, Invalid unknown_status.
    """
    if status not in Status.values:
        raise Invalid("unknown_status", f"Status must be one of {', '.join(Status.values)}.", field="status")
    if by is not None and not queries.visible_to(viewer_of(by)).filter(pk=order).exists():
        raise NotFound("This order")
    if by is not None and not by.is_desk:
        raise NotAllowed("not_yours", "Only support staff can change an order's status.")
    row = lock(Order, order, version)
    if status != row.status:
        _require_by_hand(row, status)
        move(row, status, by=by)
    return row


def _require_by_hand(row: Order, status: str) -> None:
    if queries.has_open_dispute(row):
        raise Conflict(
            "in_dispute", "This order has an open dispute. Resolve the dispute: its outcome moves the order."
        )
    check_move(row.status, status)
    if status == Status.REFUNDED:
        raise Conflict("by_refund", BY_MONEY, field="status")


def move(row: Order, status: str, *, by: User | None) -> None:
    """Store the new status of a row that is locked inside a capability, which has checked that it may change so.

    All status changes go through here.
    """
    before, version, moment = row.status, row.version, now()
    updated = Order.objects.filter(pk=row.pk, version=version).update(
        status=status, version=F("version") + 1, updated_at=moment, public_updated_at=moment
    )
    if not updated:
        raise Stale(Order.objects.filter(pk=row.pk).first())
    row.status, row.version = status, version + 1
    row.updated_at = row.public_updated_at = moment
    log.record(by=by, verb="status", on=row, before={"status": before}, after={"status": status})
    publish(OrderMoved(order_id=row.pk, before=before, after=status, by_id=by.pk if by else None))
