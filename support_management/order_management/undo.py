"""Undoing an action within its ten seconds: the order is as it was, and nobody was told."""

from datetime import datetime, timedelta

from support_management.core.errors import Conflict, NotAllowed, NotFound
from support_management.core.locking import lock
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import OrderActed
from support_management.order_management import acting, guards, queries
from support_management.order_management.models import HeldMessage, SupportOrderManagement
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.people.viewer import viewer_of

GRACE_SECONDS = 60
"""How long undo is accepted: longer than it is offered, for people who need more time, unless somebody was told."""
_INSTANTS = ("deadline", "held_until")


@capability
def undo(*, action: int, by: User) -> SupportOrderManagement:
    """Undo one's own action. Conflict too_late, touched, decided; NotAllowed not_yours."""
    order_id = queries.visible_to(viewer_of(by)).filter(pk=action).values_list("order", flat=True).first()
    if order_id is None:
        raise NotFound("This action")
    row = lock(Order, order_id)
    made = lock(SupportOrderManagement, action)
    _require_undoable(made, row, by)
    _withdraw_messages(made)
    made.state, made.undone_at = SupportOrderManagement.State.UNDONE, now()
    made.save(update_fields=["state", "undone_at"])
    acting.write(row, _restored(made.before), by=by, action=made.pk, verb="undo")
    publish(OrderActed(order_id=row.pk, action_id=made.pk, action=made.action, by_id=by.pk))
    return made


def may_undo(made: SupportOrderManagement, order: Order, by: User) -> bool:
    """Whether the page offers to undo it."""
    in_time = now() < made.undo_until
    mine = made.performed_by_id == by.pk and made.action not in guards.DECIDES_DISPUTE
    return mine and in_time and made.state == SupportOrderManagement.State.DONE and made.order_version == order.version


def _require_undoable(made: SupportOrderManagement, order: Order, by: User) -> None:
    if made.performed_by_id != by.pk:
        raise NotAllowed("not_yours", "Only the person who did this can undo it.")
    if made.action in guards.DECIDES_DISPUTE:
        raise Conflict("decided", "A decided dispute stays decided.", current=order)
    if now() > made.created_at + timedelta(seconds=GRACE_SECONDS):
        raise Conflict("too_late", "It is too late to undo this.", current=order)
    if made.state != SupportOrderManagement.State.DONE or made.order_version != order.version:
        raise Conflict("touched", "The order has changed since. Use another action instead.", current=order)


def _withdraw_messages(made: SupportOrderManagement) -> None:
    """Conflict too_late when one has left, also in this moment: it is locked while it is sent."""
    waiting = HeldMessage.objects.filter(action=made, state=HeldMessage.State.WAITING)
    withdrawn = waiting.update(state=HeldMessage.State.WITHDRAWN)
    if withdrawn < HeldMessage.objects.filter(action=made).count():
        raise Conflict("too_late", "The parties have been told. Use another action instead.")


def _restored(before: dict) -> dict:
    """The stored values as fields of an order."""
    return {
        name: datetime.fromisoformat(value) if name in _INSTANTS and value else value for name, value in before.items()
    }
