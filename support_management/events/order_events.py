"""Events of orders and their money, which the catalogue lists too."""

from support_management.events.event import Event
from support_management.events.event import event as _event


@_event
class OrderMoved(Event):
    """An order's status changed."""

    order_id: int
    before: str
    after: str
    by_id: int | None


@_event
class MoneyEffectChanged(Event):
    """Money of an order was asked for, decided, sent, confirmed, or it failed or was cancelled. `before` empty: new."""

    effect_id: int
    order_id: int
    before: str
    after: str
    by_id: int | None
