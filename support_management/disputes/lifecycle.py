"""Opening, assignment, status changes and resolution of disputes."""

from django.db.models import F

from support_management.audit import log
from support_management.audit.seen_version import require_seen
from support_management.core import text
from support_management.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from support_management.core.locking import lock
from support_management.core.time import now, require_range
from support_management.disputes import amounts, load_units, queries
from support_management.disputes import order_status as order_rules
from support_management.disputes.models import Dispute, DisputeParticipation, DisputeResolutionLog
from support_management.disputes.status import IS_OPEN, OUTCOMES, Reason, check_move
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import DisputeAssigned, DisputeMoved, DisputeOpened
from support_management.orders import actions
from support_management.orders.models import Order
from support_management.orders.money.refundable import is_fully_refunded
from support_management.orders.queries import visible_to as visible_orders
from support_management.orders.status import Status as OrderStatus
from support_management.orders.status import check_disputable
from support_management.people import assignment_rules, load, participation
from support_management.people.agents import require_can_own
from support_management.people.assignment_rules import TransferReason
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import links


@capability
def open_dispute(
    *, order: int, by: User, reason: str, amount=None, external_deadline=None, ticket: int | None = None
) -> Dispute:
    """Open a dispute; the order becomes disputed. Conflict already_disputed when one is open.

    `ticket`: the ticket about it, which gets a link to the dispute.
    """
    if reason not in Reason.values:
        raise Invalid("unknown_reason", f"Reason must be one of {', '.join(Reason.values)}.", field="reason")
    require_range(external_deadline, field="external_deadline")
    if not visible_orders(viewer_of(by)).filter(pk=order).exists():
        raise NotFound("This order")
    order_row = lock(Order, order)
    if Dispute.objects.filter(order=order_row, is_open=True).exists():
        raise Conflict("already_disputed", "This order already has an open dispute.")
    row = Dispute(
        order=order_row,
        raised_by=by,
        reason=reason,
        amount_at_risk=amounts.at_risk_of(order_row, amount),
        priority=order_row.priority,
        external_deadline=external_deadline,
    )
    if order_row.status != OrderStatus.DISPUTED:
        check_disputable(order_row.status)
        row.order_status_before = order_row.status
        actions.move(order_row, OrderStatus.DISPUTED, by=by)
    row.save()
    _record_participants(row, by)
    log.record(by=by, verb="open", on=row, after={"reason": reason, "amount": str(row.amount_at_risk)})
    publish(DisputeOpened(dispute_id=row.pk, order_id=order_row.pk, by_id=by.pk))
    if ticket is not None:
        links.to_dispute(ticket=ticket, dispute_id=row.pk, order_id=order_row.pk, number=row.number, by=by)
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
    """Assign the dispute, or unassign it (`to` None). Leads reassign any dispute, agents their own with a reason.

    A lead may exceed the agent's capacity; automation (`by` None) and agents may not: Conflict no_room. `why` replaces
    `reason` with more details.
    """
    transfer_reason = why or TransferReason(reason=reason)
    completed = transfer_reason.completed(to=to, by=by)
    row = _lock_visible(dispute, by=by, version=version)
    assignment_rules.require_may_transfer(row.assignee_id, to=to, by=by, reason=transfer_reason.reason)
    _require_open(row)
    if row.assignee == to:
        return row
    if to is not None:
        require_can_own(to, website_id=row.order.website_id, by=by)
    enforce_capacity = assignment_rules.respects_capacity(within_capacity, by)
    previous, load_before = row.assignee, (row.assignee_id, row.units)
    _store(row, assignee=to, units=load_units.of(row.priority) if to else 0)
    load.move(load.DISPUTE, before=load_before, after=(row.assignee_id, row.units), within_capacity=enforce_capacity)
    _record_participants(row, by, previous)
    before, after = {"assignee": previous.pk if previous else None}, {"assignee": row.assignee_id}
    log.record(by=by, verb="assign", on=row, before=before, after=after)
    above = assignment_rules.is_above_capacity(to, units=row.units, within_capacity=enforce_capacity)
    change = assignment_rules.event_fields(row.assignee_id, previous, by, completed)
    publish(DisputeAssigned(dispute_id=row.pk, above_capacity=above, units=row.units, **change))
    return row


@capability
def advance(*, dispute: int, status: str, by: User, version: int | None = None) -> Dispute:
    """Change to a status without an outcome; `resolve` decides. Conflict illegal_move, Stale, NotAllowed not_yours."""
    if status not in IS_OPEN:
        raise Invalid("unknown_status", f"Status must be one of {', '.join(IS_OPEN)}.", field="status")
    row = _lock_visible(dispute, by=by, version=version)
    _require_may_change(row, by)
    if status != row.status:
        before = row.status
        _store(row, **_step(row, status))
        _record_participants(row, by)
        _moved(row, before, by=by)
    return row


@capability
def resolve(
    *,
    dispute: int,
    outcome: str,
    notes: str,
    by: User,
    refund=0,
    order_status: str | None = None,
    version: int | None = None,
) -> Dispute:
    """Decide the dispute and move its order on. `notes` are the reasons.

    `refund` goes to the client, by the shop: only with an outcome for the client, and up to what is left of what was
    paid. `order_status`: where the order goes; by default it follows from the outcome (`disputes.order_status`).
    """
    if outcome not in OUTCOMES:
        raise Invalid("unknown_outcome", f"Outcome must be one of {', '.join(OUTCOMES)}.", field="outcome")
    notes = text.clean(notes, field="notes", limit=5000)
    order = _lock_order(dispute)
    row = _lock_visible(dispute, by=by, version=version)
    _require_may_change(row, by)
    refund = amounts.refund_of(order, refund, outcome=outcome)
    full_refund = is_fully_refunded(order, refund)
    after = order_rules.chosen(row, order_status, outcome=outcome, full_refund=full_refund)
    before = row.status
    load_before = (row.assignee_id, row.units)
    _store(row, **_step(row, outcome), resolved_at=now(), units=0)
    load.move(load.DISPUTE, before=load_before, after=(row.assignee_id, 0), within_capacity=False)
    _record_participants(row, by)
    amounts.give_back(row, order, refund, by=by)
    if order.status != after:
        actions.move(order, after, by=by)
    DisputeResolutionLog.objects.create(dispute=row, decision=outcome, decided_by=by, notes=notes, refund_amount=refund)
    _moved(row, before, by=by)
    return row


def _lock_order(dispute: int) -> Order:
    """The order of the dispute, locked before the dispute as in `open_dispute`."""
    order_id = Dispute.objects.filter(pk=dispute).values_list("order", flat=True).first()
    if order_id is None:
        raise NotFound("This dispute")
    return lock(Order, order_id)


def _lock_visible(dispute: int, *, by: User | None, version: int | None) -> Dispute:
    row = lock(Dispute, dispute, related=("order", "assignee"))
    if by is not None and not queries.may_see(viewer_of(by), row):
        raise NotFound("This dispute")
    require_seen(row, version, by=by)
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


def _record_participants(row: Dispute, *people: User | None) -> None:
    """Record that these people worked on the dispute, which keeps it visible to them for a while."""
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
    version, moment = row.version, now()
    updated = Dispute.objects.filter(pk=row.pk, version=version).update(
        **changes, version=F("version") + 1, updated_at=moment, public_updated_at=moment
    )
    if not updated:
        raise Stale(Dispute.objects.filter(pk=row.pk).first())
    for name, value in changes.items():
        setattr(row, name, value)
    row.is_open = row.status in IS_OPEN
    row.version, row.updated_at, row.public_updated_at = version + 1, moment, moment
