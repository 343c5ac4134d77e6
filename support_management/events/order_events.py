"""Events of orders and their money. Part of the catalogue, which is where they are imported from."""

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


@_event
class PaymentIssueLogged(Event):
    """A payment issue of an order was logged."""

    payment_id: int
    order_id: int
    agent_id: int | None
    by_id: int | None


@_event
class PaymentIssueChanged(Event):
    """A payment issue changed. `what`: changed, assigned, contact, retry, step_due, escalated or resolved."""

    payment_id: int
    order_id: int
    what: str
    agent_id: int | None
    by_id: int | None
    previous_id: int | None = None


@_event
class OrderActed(Event):
    """Support performed an action on an order or undid it, or a message about it left. `action` is its name."""

    order_id: int
    action_id: int
    action: str
    by_id: int | None
