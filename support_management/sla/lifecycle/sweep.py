"""The sweep: fires each due threshold of each clock once, however many sweeps run at the same time."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, models

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events.capability import unit_of_work
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.sla.clock import next_due, transitions
from support_management.sla.clock import terms as policy_terms
from support_management.sla.clock.thresholds import fire
from support_management.sla.lifecycle.extension import publish_change
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.models import Ticket

log = logging.getLogger(__name__)
BATCH = 1000
_WORK = {"ticket": Ticket, "dispute": Dispute, "order": Order, "payment": PaymentIssueLog}
"""Models of the work of clocks, in the order in which rows are locked."""


def fire_due() -> int:
    """Fire every threshold due by now, the oldest first. Returns how many fired.

    A clock that cannot be fired does not hold up the others: its error is raised after them.
    """
    if not _due().exists():  # a read only: an idle sweep takes no write lock
        return 0
    try:
        fired, batch_was_full = _fire_batch()
        while batch_was_full:
            count, batch_was_full = _fire_batch()
            fired += count
        return fired
    except (OperationalError, InterfaceError):
        raise  # the database is unavailable: so it is for each of them
    except Exception as error:
        log.warning("thresholds are fired one by one after %s", type(error).__name__)
        return _fire_one_by_one()


def _fire_one_by_one() -> int:
    fired, errors = 0, []
    for pk in _due().order_by("next_fire_at", "id").values_list("pk", flat=True)[:BATCH]:
        try:
            fired += _fire_batch([pk])[0]
        except Exception as error:
            log.exception("clock %s cannot be fired", pk)
            errors.append(error)
    if errors:
        raise errors[0]
    return fired


def fire_if_late(grace: float) -> int:
    """The second trigger: fire when a threshold is overdue by `grace` seconds and no sweep has fired it."""
    limit = now() - timedelta(seconds=grace)
    late = OrderDisputeSLA.objects.filter(is_open=True, next_fire_at__lte=limit).exists()
    return fire_due() if late else 0


def oldest_due() -> datetime | None:
    """When the oldest threshold that has not fired was due; None when no threshold is."""
    return _due().order_by("next_fire_at", "id").values_list("next_fire_at", flat=True).first()


def _due():
    return OrderDisputeSLA.objects.filter(is_open=True, next_fire_at__lte=now())


def _fire_batch(only: Collection[int] | None = None) -> tuple[int, bool]:
    """How many thresholds fired, and whether more clocks may be due; of these clocks, if given.

    Locks the work before its clocks, as capabilities do; work locked by another change is left to the next sweep.
    """
    with unit_of_work():
        chosen = _due() if only is None else _due().filter(pk__in=only)
        due = list(chosen.order_by("next_fire_at", "id").values_list("pk", *_WORK)[:BATCH])
        works = zip(_WORK.values(), zip(*(keys for _, *keys in due), strict=True), strict=bool(due))
        free = [_lock_free(model, {pk for pk in keys if pk}) for model, keys in works]
        lockable = [pk for pk, *keys in due if any(key in ids for key, ids in zip(keys, free, strict=True))]
        rows = OrderDisputeSLA.objects.select_for_update().filter(pk__in=lockable, is_open=True)
        clocks, moment = list(rows.order_by("next_fire_at", "id")), now()
        fired = fire(clocks, until=moment)
        recalculated = _recalculate([clock for clock in clocks if clock.next_fire_at <= moment])
        return fired, fired + recalculated > 0 and len(due) == BATCH


def _recalculate(stale: list[OrderDisputeSLA]) -> int:
    """Recalculate clocks that are not due after all, because their calendar has changed. Returns how many.

    Their follow-up may still be waiting, or they started during the change. Left alone, every sweep would read them.
    """
    terms_by_clock = policy_terms.of_clocks(stale)
    for clock in stale:
        terms, cause = terms_by_clock[clock.pk], "calendar changed"
        transitions.retarget(clock, terms.hours, terms, at=now(), cause=cause, by_id=None)
        next_due.work_of(clock)
        publish_change(clock, by_id=None)
    return len(stale)


def _lock_free(model: type[models.Model], ids: set[int]) -> set[int]:
    """Lock the rows that no other transaction has locked; returns their ids."""
    skip = connection.features.has_select_for_update_skip_locked
    rows = model._default_manager.filter(pk__in=ids).select_for_update(skip_locked=skip)
    return set(rows.order_by("pk").values_list("pk", flat=True)) if ids else set()
