"""What a shop says of a money effect: sent, confirmed, failed. Only the shop confirms."""

from datetime import datetime

from support_management.core import text
from support_management.core.errors import Invalid, NotFound
from support_management.core.locking import lock, require_version
from support_management.core.time import is_ahead, now, require_range
from support_management.events.capability import capability
from support_management.orders.models import Order
from support_management.orders.money import effects
from support_management.orders.money.models import MoneyEffect
from support_management.orders.money.status import State
from support_management.orders.shop.models import ShopEndpoint

LONGEST_ID, LONGEST_REASON = 100, 300


@capability
def mark_sent(*, effect: int, endpoint: ShopEndpoint, version: int | None = None) -> MoneyEffect:
    """The shop has passed it to its payment provider. A second time, or after the confirmation, nothing changes."""
    order, row = _locked(effect, endpoint, version)
    if row.state not in (State.SENT, State.CONFIRMED):
        effects.move(order, row, State.SENT, by=None, endpoint=endpoint, sent_at=now())
    return row


@capability
def confirm(
    *,
    effect: int,
    endpoint: ShopEndpoint,
    external_id: str,
    at: datetime | None = None,
    version: int | None = None,
) -> MoneyEffect:
    """The money has moved. A second time nothing changes.

    What nobody had decided, what failed or was cancelled is confirmed too, and marked: the reconciliation lists it.
    """
    external_id = text.clean(external_id, field="external_id", limit=LONGEST_ID, one_line=True)
    require_range(at, field="at")
    if at is not None and is_ahead(at):
        raise Invalid("in_the_future", "This time is in the future.", field="at")
    order, row = _locked(effect, endpoint, version)
    if row.state == State.CONFIRMED:
        return row
    facts = {"endpoint": endpoint, "external_id": external_id, "confirmed_at": at or now()}
    undecided = row.state not in (State.DECIDED, State.SENT)
    effects.store(order, row, by=None, state=State.CONFIRMED, undecided=undecided, **facts)
    return row


@capability
def fail(*, effect: int, endpoint: ShopEndpoint, reason: str, version: int | None = None) -> MoneyEffect:
    """The money could not be moved; its amount is free again. A second time nothing changes."""
    reason = text.clean(reason, field="reason", limit=LONGEST_REASON, one_line=True)
    order, row = _locked(effect, endpoint, version)
    if row.state != State.FAILED:
        effects.move(order, row, State.FAILED, by=None, endpoint=endpoint, failure=reason, released_at=now())
    return row


def _locked(effect: int, endpoint: ShopEndpoint, version: int | None) -> tuple[Order, MoneyEffect]:
    """The order of the effect, locked first, and the effect. NotFound for other websites."""
    rows = MoneyEffect.objects.filter(pk=effect, order__website=endpoint.website_id)
    order_id = rows.values_list("order", flat=True).first()
    if order_id is None:
        raise NotFound("This money effect")
    order = lock(Order, order_id)
    row = lock(MoneyEffect, effect)
    require_version(row, version)
    return order, row
