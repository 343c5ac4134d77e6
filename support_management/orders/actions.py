"""What support does to an order."""

from django.db.models import F

from support_management.audit import log
from support_management.core.errors import Invalid, NotAllowed, NotFound, Stale
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


@capability
def set_status(*, order: int, status: str, by: User | None, version: int | None = None) -> Order:
    """Move the order. Conflict illegal_move says why not."""
    if status not in Status.values:
        raise Invalid("unknown_status", f"Status must be one of {', '.join(Status.values)}.", field="status")
    if by is not None and not queries.visible_to(viewer_of(by)).filter(pk=order).exists():
        raise NotFound("This order")
    if by is not None and not by.is_desk:
        raise NotAllowed("not_yours", "Only support staff can change an order's status.")
    row = lock(Order, order, version)
    if status != row.status:
        move(row, status, by=by)
    return row


def move(row: Order, status: str, *, by: User | None) -> None:
    """The one door of status changes, for a row already locked inside a capability."""
    check_move(row.status, status)
    before, seen, moment = row.status, row.version, now()
    won = Order.objects.filter(pk=row.pk, version=seen).update(
        status=status, version=F("version") + 1, updated_at=moment
    )
    if not won:
        raise Stale(Order.objects.filter(pk=row.pk).first())
    row.status, row.version, row.updated_at = status, seen + 1, moment
    log.record(by=by, verb="status", on=row, before={"status": before}, after={"status": status})
    publish(OrderMoved(order_id=row.pk, before=before, after=status, by_id=by.pk if by else None))
