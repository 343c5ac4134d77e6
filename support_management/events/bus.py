"""Publish: store the event with the change, run its handlers, tell the live path after commit."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.expressions import RawSQL
from django.dispatch import Signal

from support_management.core import context
from support_management.core.prepared import Insert
from support_management.events.catalogue import Event
from support_management.events.closing import closing
from support_management.events.models import DomainEvent
from support_management.events.quiet import quietly

committed = Signal()
"""Sent after commit with `event`. Nobody who listens may fail the request or wait."""

_handlers: dict[type[Event], list[Callable]] = defaultdict(list)


def handles(*kinds: type[Event]):
    """Register a handler. Order of registration is order of execution; signals.py is the only caller."""

    def register(handler):
        for kind in kinds:
            _handlers[kind].append(handler)
        return handler

    return register


def publish(event: Event) -> None:
    """Inside the transaction of the change: all or nothing with it."""
    publish_all([event])


def publish_all(events: Sequence[Event]) -> None:
    """Several events of one change: stored together, handled in their order."""
    if not connection.in_atomic_block:
        raise RuntimeError("An event is published inside the transaction of its change.")
    _store(*(_row(event, pos) for event, pos in zip(events, _places(len(events)), strict=True)))
    with quietly(), closing():
        for event in events:
            for handler in _handlers[type(event)]:
                handler(event)
    for event in events:
        transaction.on_commit(partial(committed.send_robust, sender=type(event), event=event))


def _row(event: Event, pos: int | None) -> DomainEvent:
    door = context.current()
    return DomainEvent(
        pos=pos,
        kind=type(event).__name__,
        payload=event.payload(),
        actor_id=getattr(event, "by_id", None) or door.user_id,
        door=door.door,
    )


def _places(number: int) -> list:
    """SQLite has one writer at a time, so the next number is the final order. PostgreSQL gets it after commit."""
    if connection.vendor != "sqlite" or number == 1:
        return [None] * number
    head = DomainEvent.objects.aggregate(at=Max("pos"))["at"] or 0
    return list(range(head + 1, head + number + 1))


def _next_place() -> dict:
    """The same for a single event, within its own statement."""
    if connection.vendor != "sqlite":
        return {}
    table = connection.ops.quote_name(DomainEvent._meta.db_table)
    return {"pos": RawSQL(f"(SELECT COALESCE(MAX(pos), 0) + 1 FROM {table})", ())}  # noqa: S608, S611


_store = Insert(DomainEvent, computed=_next_place)
