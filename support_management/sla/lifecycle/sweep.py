"""Each threshold of each clock fires once, at its own second, whoever sweeps and how often."""

from datetime import timedelta

from django.db import connection, models

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events.capability import unit_of_work
from support_management.orders.models import Order
from support_management.sla.clock import next_due, transitions
from support_management.sla.clock import terms as promises
from support_management.sla.clock.thresholds import fire
from support_management.sla.lifecycle.extension import tell_changed
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.models import Ticket

BATCH = 1000


def fire_due() -> int:
    """Fire everything due by now, oldest first. How many thresholds fired."""
    if not _due().exists():  # a read only: an idle sweep takes no write lock
        return 0
    fired, more = _fire_batch()
    while more:
        count, more = _fire_batch()
        fired += count
    return fired


def fire_if_late(grace: float) -> int:
    """The second trigger: fire when something fell due `grace` seconds ago and nobody has swept since."""
    limit = now() - timedelta(seconds=grace)
    late = OrderDisputeSLA.objects.filter(is_open=True, next_fire_at__lte=limit).exists()
    return fire_due() if late else 0


def _due():
    return OrderDisputeSLA.objects.filter(is_open=True, next_fire_at__lte=now())


def _fire_batch() -> tuple[int, bool]:
    """How many fired, and whether more may wait.

    The work is locked before its clocks, as capabilities do; work that somebody changes now is left to the next sweep.
    """
    with unit_of_work():
        due = list(_due().order_by("next_fire_at", "id").values_list("pk", "ticket", "dispute", "order")[:BATCH])
        tickets = _hold(Ticket, {ticket for _, ticket, *_ in due if ticket})
        disputes = _hold(Dispute, {dispute for _, _, dispute, _ in due if dispute})
        orders = _hold(Order, {order for *_, order in due if order})
        held = ((ticket in tickets or dispute in disputes or order in orders) for _, ticket, dispute, order in due)
        free = [pk for (pk, *_), ours in zip(due, held, strict=True) if ours]
        clocks = OrderDisputeSLA.objects.select_for_update().filter(pk__in=free, is_open=True)
        ours, moment = list(clocks.order_by("next_fire_at", "id")), now()
        fired = fire(ours, until=moment)
        moved = _settle([clock for clock in ours if clock.next_fire_at <= moment])
        return fired, fired + moved > 0 and len(due) == BATCH


def _settle(stale: list[OrderDisputeSLA]) -> int:
    """Clocks whose hours have changed since they were aimed: not due yet after all. How many.

    Their follow-up may still wait, or their start crossed the change; unsettled they would come up in every sweep.
    """
    terms = promises.of_clocks(stale)
    for clock in stale:
        own, cause = terms[clock.pk], "calendar changed"
        transitions.retarget(clock, own, own, at=now(), cause=cause, by_id=None)
        next_due.work_of(clock)
        tell_changed(clock, by_id=None)
    return len(stale)


def _hold(model: type[models.Model], ids: set[int]) -> set[int]:
    skip = connection.features.has_select_for_update_skip_locked
    rows = model._default_manager.filter(pk__in=ids).select_for_update(skip_locked=skip)
    return set(rows.order_by("pk").values_list("pk", flat=True)) if ids else set()
