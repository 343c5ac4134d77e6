"""A dispute is opened, assigned, moved along and decided."""

from decimal import Decimal, InvalidOperation

from django.db import IntegrityError
from django.db.models import F

from support_management.audit import record
from support_management.core import text
from support_management.core.errors import Conflict, Invalid, NotAllowed, NotFound
from support_management.core.locking import lock
from support_management.core.time import now
from support_management.disputes import queries
from support_management.disputes.models import UNITS, Dispute, DisputeResolutionLog
from support_management.disputes.status import IS_OPEN, OUTCOMES, Reason, check_move
from support_management.events.bus import publish
from support_management.events.catalogue import DisputeAssigned, DisputeMoved, DisputeOpened
from support_management.events.live import capability
from support_management.orders import actions
from support_management.orders.models import Order
from support_management.orders.queries import visible_to as visible_orders
from support_management.people import load, roles
from support_management.people.models import User
from support_management.people.viewer import viewer_of

AMOUNT_LIMIT = Decimal("9999999999.99")


@capability
def open_dispute(*, order: int, by: User, reason: str, amount=None, external_deadline=None) -> Dispute:
    """A new dispute; the order becomes disputed. Conflict already_disputed when one is open."""
    if reason not in Reason.values:
        raise Invalid("unknown_reason", f"Reason is one of {', '.join(Reason.values)}.", field="reason")
    if not visible_orders(viewer_of(by)).filter(pk=order).exists():
        raise NotFound("This order")
    placed = lock(Order, order)
    row = Dispute(
        order=placed,
        raised_by=by,
        reason=reason,
        amount_at_risk=placed.amount if amount in (None, "") else money(amount, field="amount"),
        priority=placed.priority,
        external_deadline=external_deadline,
    )
    if Dispute.objects.filter(order=placed, is_open=True).exists():
        raise Conflict("already_disputed", "This order has an open dispute already.")
    try:
        row.save()
    except IntegrityError:
        raise Conflict("already_disputed", "This order has an open dispute already.") from None
    actions.move(placed, "disputed", by=by)
    record.record(by=by, verb="open", on=row, after={"reason": reason, "amount": str(row.amount_at_risk)})
    publish(DisputeOpened(dispute_id=row.pk, order_id=placed.pk, by_id=by.pk))
    return row


@capability
def assign(*, dispute: int, to: User | None, by: User | None, version: int | None = None) -> Dispute:
    """Give the dispute to an agent, or to nobody. Agents take free ones and release their own."""
    row = _take(dispute, by=by, version=version)
    _require_open(row)
    mine_or_free = by is not None and row.assignee_id in (None, by.pk) and (to is None or to == by)
    if by is not None and not by.is_lead and not mine_or_free:
        raise NotAllowed("not_yours", "Assigning others' work is for team leads.")
    if to is not None and (to.role not in roles.AGENTS or not to.is_active):
        raise Conflict("not_an_agent", f"{to} cannot own work.")
    if row.assignee == to:
        return row
    previous, before = row.assignee, (row.assignee_id, row.units)
    units = UNITS if to else 0
    within = by is None or not by.is_lead
    load.move(before=before, after=(to.pk if to else None, units), within_capacity=within)
    _store(row, assignee=to, units=units)
    record.record(by=by, verb="assign", on=row, before={"assignee": str(previous or "")}, after={"assignee": str(to or "")})
    publish(
        DisputeAssigned(
            dispute_id=row.pk,
            agent_id=to.pk if to else None,
            previous_id=previous.pk if previous else None,
            by_id=by.pk if by else None,
        )
    )
    return row


@capability
def advance(*, dispute: int, status: str, by: User, version: int | None = None) -> Dispute:
    """A step without an outcome. For a decision call `resolve`."""
    if status not in IS_OPEN:
        raise Invalid("unknown_status", f"The next step is one of {', '.join(IS_OPEN)}.", field="status")
    row = _take(dispute, by=by, version=version)
    _require_may_change(row, by)
    if status != row.status:
        _move(row, status, by=by)
    return row


@capability
def resolve(*, dispute: int, outcome: str, notes: str, by: User, refund=0, version: int | None = None) -> Dispute:
    """The decision, with a note that says why. `refund` is money back to the client, at most the order's amount."""
    if outcome not in OUTCOMES:
        raise Invalid("unknown_outcome", f"Outcome is one of {', '.join(OUTCOMES)}.", field="outcome")
    notes = text.clean(notes, field="notes", limit=5000)
    row = _take(dispute, by=by, version=version)
    _require_may_change(row, by)
    refund = money(refund or 0, field="refund")
    if refund > row.order.amount:
        raise Invalid("too_much", f"At most {row.order.amount} {row.order.currency} can go back.", field="refund")
    load.move(before=(row.assignee_id, row.units), after=(row.assignee_id, 0), within_capacity=False)
    _move(row, outcome, by=by, resolved_at=now(), units=0)
    DisputeResolutionLog.objects.create(
        dispute=row, decision=outcome, decided_by=by, notes=notes, refund_amount=refund
    )
    load.note_activity(agent_id=by.pk if by.is_agent else None, disputes_handled=1)
    return row


def money(value, *, field: str) -> Decimal:
    """A non-negative amount with at most two decimals."""
    try:
        amount = Decimal(str(value))
        fits = amount.is_finite() and 0 <= amount <= AMOUNT_LIMIT and amount == round(amount, 2)
    except InvalidOperation:
        fits = False
    if not fits:
        raise Invalid("bad_amount", "An amount like 284.00 is expected here.", field=field)
    return amount


def _take(dispute: int, *, by: User | None, version: int | None) -> Dispute:
    row = lock(Dispute, dispute, related=("order", "assignee"))
    if by is not None and not queries.may_see(viewer_of(by), row):
        raise NotFound("This dispute")
    if version is not None and version != row.version:
        lock(Dispute, dispute, version, related=("order", "assignee"))
    return row


def _require_open(row: Dispute) -> None:
    if not row.is_open:
        raise Conflict("decided", f"{row.number} is decided: {row.get_status_display().lower()}.", current=row)


def _require_may_change(row: Dispute, by: User) -> None:
    _require_open(row)
    if not by.is_desk:
        raise NotAllowed("not_yours", "Only the desk moves and decides disputes.")
    if not by.is_lead and row.assignee_id not in (None, by.pk):
        raise NotAllowed("not_yours", f"This dispute is with {row.assignee}.")


def _move(row: Dispute, status: str, *, by: User, **facts) -> None:
    check_move(row.status, status)
    before = row.status
    _store(row, status=status, **facts)
    record.record(by=by, verb="status", on=row, before={"status": before}, after={"status": status})
    publish(
        DisputeMoved(
            dispute_id=row.pk,
            order_id=row.order_id,
            before=before,
            after=status,
            agent_id=row.assignee_id,
            by_id=by.pk,
        )
    )


def _store(row: Dispute, **changes) -> None:
    moment = now()
    Dispute.objects.filter(pk=row.pk).update(**changes, version=F("version") + 1, updated_at=moment)
    for name, value in changes.items():
        setattr(row, name, value)
    row.is_open = row.status in IS_OPEN
    row.version, row.updated_at = row.version + 1, moment
