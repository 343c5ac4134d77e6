"""A dispute is opened, assigned, moved along and decided."""

from decimal import Decimal, InvalidOperation

from django.db.models import F

from support_management.audit import log
from support_management.core import text
from support_management.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from support_management.core.locking import lock, require_version
from support_management.core.money import money_text
from support_management.core.time import now, require_range
from support_management.disputes import load_units, queries
from support_management.disputes.models import Dispute, DisputeParticipation, DisputeResolutionLog
from support_management.disputes.status import IS_OPEN, OUTCOMES, Reason, check_move
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import DisputeAssigned, DisputeMoved, DisputeOpened
from support_management.orders import actions
from support_management.orders.models import Order
from support_management.orders.queries import visible_to as visible_orders
from support_management.orders.status import Status as OrderStatus
from support_management.people import load, owner_changes, participation
from support_management.people.agents import require_can_own
from support_management.people.models import User
from support_management.people.owner_changes import TransferReason
from support_management.people.viewer import viewer_of
from support_management.tickets import links

AMOUNT_LIMIT = Decimal("9999999999.99")


@capability
def open_dispute(
    *, order: int, by: User, reason: str, amount=None, external_deadline=None, ticket: int | None = None
) -> Dispute:
    """A new dispute; the order becomes disputed. Conflict already_disputed when one is open.

    `ticket`: the one that it came up on; it leads to the dispute from then on.
    """
    if reason not in Reason.values:
        raise Invalid("unknown_reason", f"Reason must be one of {', '.join(Reason.values)}.", field="reason")
    require_range(external_deadline, field="external_deadline")
    if not visible_orders(viewer_of(by)).filter(pk=order).exists():
        raise NotFound("This order")
    placed = lock(Order, order)
    if Dispute.objects.filter(order=placed, is_open=True).exists():
        raise Conflict("already_disputed", "This order already has an open dispute.")
    row = Dispute(
        order=placed,
        raised_by=by,
        reason=reason,
        amount_at_risk=placed.amount if amount in (None, "") else money(amount, field="amount"),
        priority=placed.priority,
        external_deadline=external_deadline,
    )
    if placed.status != OrderStatus.DISPUTED:
        actions.move(placed, OrderStatus.DISPUTED, by=by)
    row.save()
    _took_part(row, by)
    log.record(by=by, verb="open", on=row, after={"reason": reason, "amount": str(row.amount_at_risk)})
    publish(DisputeOpened(dispute_id=row.pk, order_id=placed.pk, by_id=by.pk))
    if ticket is not None:
        links.to_dispute(ticket=ticket, dispute_id=row.pk, order_id=placed.pk, number=row.number, by=by)
    return row


@capability
def assign(
    *,
    dispute: int,
    to: User | None,
    by: User | None,
    reason: str = "",
    version: int | None = None,
    within_capacity: bool | None = None,
    why: TransferReason | None = None,
) -> Dispute:
    """Give the dispute to an agent, or to nobody. Agents take and release, or hand over theirs with a reason.

    A lead may exceed the agent's capacity; automation (by None) and agents may not: Conflict no_room. `why` says more
    than `reason` does.
    """
    given = why or TransferReason(reason=reason)
    completed = given.completed(to=to, by=by)
    row = _take(dispute, by=by, version=version)
    owner_changes.require_may_transfer(row.assignee_id, to=to, by=by, reason=given.reason)
    _require_open(row)
    if row.assignee == to:
        return row
    if to is not None:
        require_can_own(to, website_id=row.order.website_id)
    within = owner_changes.respects_capacity(within_capacity, by)
    previous, before = row.assignee, (row.assignee_id, row.units)
    _store(row, assignee=to, units=load_units.of(row.priority) if to else 0)
    load.move(load.DISPUTE, before=before, after=(row.assignee_id, row.units), within_capacity=within)
    _took_part(row, by, previous)
    told = {"before": {"assignee": str(previous or "")}, "after": {"assignee": str(to or ""), "why": completed.reason}}
    log.record(by=by, verb="assign", on=row, **told)
    above = owner_changes.is_above_capacity(to, units=row.units, within_capacity=within)
    change = owner_changes.event_fields(row.assignee_id, previous, by, completed)
    publish(DisputeAssigned(dispute_id=row.pk, above_capacity=above, units=row.units, **change))
    return row


@capability
def advance(*, dispute: int, status: str, by: User, version: int | None = None) -> Dispute:
    """A step without an outcome. For a decision call `resolve`."""
    if status not in IS_OPEN:
        raise Invalid("unknown_status", f"Status must be one of {', '.join(IS_OPEN)}.", field="status")
    row = _take(dispute, by=by, version=version)
    _require_may_change(row, by)
    if status != row.status:
        before = row.status
        _store(row, **_step(row, status))
        _took_part(row, by)
        _moved(row, before, by=by)
    return row


@capability
def resolve(*, dispute: int, outcome: str, notes: str, by: User, refund=0, version: int | None = None) -> Dispute:
    """The decision, with a note that says why. `refund` is money back to the client, at most the order's amount."""
    if outcome not in OUTCOMES:
        raise Invalid("unknown_outcome", f"Outcome must be one of {', '.join(OUTCOMES)}.", field="outcome")
    notes = text.clean(notes, field="notes", limit=5000)
    row = _take(dispute, by=by, version=version)
    _require_may_change(row, by)
    refund = money(refund or 0, field="refund")
    before = row.status
    if refund > row.order.amount:
        most = money_text(row.order.amount, row.order.currency)
        raise Invalid("too_much", f"The refund can be up to {most}.", field="refund")
    carried = (row.assignee_id, row.units)
    _store(row, **_step(row, outcome), resolved_at=now(), units=0)
    load.move(load.DISPUTE, before=carried, after=(row.assignee_id, 0), within_capacity=False)
    _took_part(row, by)
    DisputeResolutionLog.objects.create(dispute=row, decision=outcome, decided_by=by, notes=notes, refund_amount=refund)
    _moved(row, before, by=by)
    return row


def money(value, *, field: str) -> Decimal:
    """A non-negative amount with at most two decimals."""
    try:
        amount = Decimal(str(value))
        fits = amount.is_finite() and 0 <= amount <= AMOUNT_LIMIT and amount == round(amount, 2)
    except InvalidOperation:
        fits = False
    if not fits:
        raise Invalid("bad_amount", "Enter an amount such as 284.00.", field=field)
    return amount


def _take(dispute: int, *, by: User | None, version: int | None) -> Dispute:
    row = lock(Dispute, dispute, related=("order", "assignee"))
    if by is not None and not queries.may_see(viewer_of(by), row):
        raise NotFound("This dispute")
    require_version(row, version)
    return row


def _require_open(row: Dispute) -> None:
    if not row.is_open:
        raise Conflict("decided", f"{row.number} is already decided: {row.get_status_display().lower()}.", current=row)


def _require_may_change(row: Dispute, by: User) -> None:
    if not by.is_desk:
        raise NotAllowed("not_yours", "Only support staff can change disputes.")
    if not by.is_lead and row.assignee_id not in (None, by.pk):
        raise NotAllowed("not_yours", f"Assigned to {row.assignee}.")
    _require_open(row)


def _step(row: Dispute, status: str) -> dict:
    check_move(row.status, status)
    return {"status": status}


def _took_part(row: Dispute, *people: User | None) -> None:
    """Keeps the dispute readable for agents who worked on it."""
    participation.record(DisputeParticipation, row, *people)


def _moved(row: Dispute, before: str, *, by: User) -> None:
    log.record(by=by, verb="status", on=row, before={"status": before}, after={"status": row.status})
    publish(
        DisputeMoved(
            dispute_id=row.pk,
            order_id=row.order_id,
            before=before,
            after=row.status,
            agent_id=row.assignee_id,
            by_id=by.pk,
        )
    )


def _store(row: Dispute, **changes) -> None:
    seen, moment = row.version, now()
    won = Dispute.objects.filter(pk=row.pk, version=seen).update(**changes, version=F("version") + 1, updated_at=moment)
    if not won:
        raise Stale(Dispute.objects.filter(pk=row.pk).first())
    for name, value in changes.items():
        setattr(row, name, value)
    row.is_open = row.status in IS_OPEN
    row.version, row.updated_at = seen + 1, moment
