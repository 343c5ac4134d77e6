"""Money effects: asked for, decided, cancelled by the desk; sent, confirmed or failed by the word of the shop.

The caller is a capability that holds the lock of the order.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F

from support_management.audit import log
from support_management.core import text
from support_management.core.errors import Invalid, Stale
from support_management.core.money import amount_of, amount_text
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.catalogue import MoneyEffectChanged
from support_management.orders.models import Order
from support_management.orders.money import payment_status
from support_management.orders.money.models import BEYOND, Cause, Kind, MoneyEffect
from support_management.orders.money.refundable import require_refundable
from support_management.orders.money.status import State, check_move
from support_management.people.models import User


@dataclass(frozen=True, slots=True)
class Purpose:
    """What an amount is for: its kind, who gets it, and because of what."""

    kind: Kind
    recipient: User
    cause: Cause
    dispute_id: int | None = None
    payment_issue_id: int | None = None


def ask(order: Order, amount, purpose: Purpose, *, by: User | None) -> MoneyEffect:
    """An effect that waits for approval and holds its amount meanwhile. Conflict too_much; Invalid bad_amount."""
    return _create(order, amount, purpose, State.PENDING_APPROVAL, by=by)


def decide(order: Order, amount, purpose: Purpose, *, by: User | None) -> MoneyEffect:
    """An effect that is decided: the shop carries it out. Conflict too_much; Invalid bad_amount."""
    return _create(order, amount, purpose, State.DECIDED, by=by)


def approve(order: Order, effect: MoneyEffect, *, by: User | None) -> None:
    """What was asked for is decided. Conflict illegal_move."""
    move(order, effect, State.DECIDED, by=by, decided_by=by, decided_at=now())


def cancel(order: Order, effect: MoneyEffect, *, reason: str, by: User | None) -> None:
    """What was asked for or decided is not done; its amount is free again. Conflict illegal_move once it was sent."""
    reason = text.clean(reason, field="reason", limit=300)
    move(order, effect, State.CANCELLED, by=by, failure=reason, released_at=now())


def refund_kind(order: Order, amount: Decimal) -> Kind:
    """A refund of all that was paid, or of a part."""
    return Kind.REFUND if amount == order.paid_amount else Kind.PARTIAL_REFUND


def move(order: Order, effect: MoneyEffect, state: str, *, by: User | None, **changes) -> None:
    """Store the next state of an effect, and what follows for its order. Conflict illegal_move."""
    check_move(effect.state, state)
    store(order, effect, by=by, state=state, **changes)


def store(order: Order, effect: MoneyEffect, *, by: User | None, **changes) -> None:
    """Store changes of an effect, and what follows for its order. All changes go through here."""
    before, version, moment = effect.state, effect.version, now()
    updated = MoneyEffect.objects.filter(pk=effect.pk, version=version).update(
        **changes, version=F("version") + 1, updated_at=moment
    )
    if not updated:
        raise Stale(MoneyEffect.objects.filter(pk=effect.pk).first())
    for name, value in (changes | {"version": version + 1, "updated_at": moment}).items():
        setattr(effect, name, value)
    _changed(order, effect, before, by=by)


def _create(order: Order, amount, purpose: Purpose, state: State, *, by: User | None) -> MoneyEffect:
    sum_ = amount_of(amount, order.currency, field="amount")
    if not sum_:
        raise Invalid("bad_amount", "Enter an amount above 0.", field="amount")
    if purpose.kind not in BEYOND:
        require_refundable(order, sum_)
    moment, decided = now(), state == State.DECIDED
    effect = MoneyEffect.objects.create(
        kind=purpose.kind,
        order=order,
        amount=sum_,
        currency=order.currency,
        recipient=purpose.recipient,
        cause=purpose.cause,
        dispute_id=purpose.dispute_id,
        payment_issue_id=purpose.payment_issue_id,
        state=state,
        asked_by=by,
        decided_by=by if decided else None,
        decided_at=moment if decided else None,
        created_at=moment,
        updated_at=moment,
    )
    _changed(order, effect, "", by=by)
    return effect


def _changed(order: Order, effect: MoneyEffect, before: str, *, by: User | None) -> None:
    payment_status.settle(order, by=by)
    after: dict = {"state": effect.state, "amount": amount_text(effect.amount, effect.currency)}
    after |= {"currency": effect.currency} | ({"endpoint": effect.endpoint_id} if effect.endpoint_id else {})
    log.record(by=by, verb=effect.state, on=effect, before={"state": before} if before else {}, after=after)
    by_id = by.pk if by else None
    publish(MoneyEffectChanged(effect_id=effect.pk, order_id=order.pk, before=before, after=effect.state, by_id=by_id))
