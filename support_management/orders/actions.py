"""Changes of an order by support."""

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
    """Change the order's status. Conflict illegal_move, Stale, NotAllowed not_yours, Invalid unknown_status."""
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
    """Change the status of a row that is locked inside a capability. All status changes go through here."""
    check_move(row.status, status)
    before, version, moment = row.status, row.version, now()
    updated = Order.objects.filter(pk=row.pk, version=version).update(
        status=status, version=F("version") + 1, updated_at=moment
    )
    if not updated:
        raise Stale(Order.objects.filter(pk=row.pk).first())
    row.status, row.version, row.updated_at = status, version + 1, moment
    log.record(by=by, verb="status", on=row, before={"status": before}, after={"status": status})
    publish(OrderMoved(order_id=row.pk, before=before, after=status, by_id=by.pk if by else None))
