"""Publish: store the event with the change, run its handlers, tell the live path after commit."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.expressions import RawSQL
from django.dispatch import Signal

from support_management.core import request_context
from support_management.core.bulk import insert_all
from support_management.core.prepared_statements import PreparedInsert
from support_management.core.time import now
from support_management.events.catalogue import Event
from support_management.events.end_of_change import closing
from support_management.events.models import DomainEvent
from support_management.events.suppression import quietly

committed = Signal()
"""Sent after commit with `event`. Nobody who listens may fail the request or wait."""

_handlers: dict[type[Event], list[Callable]] = defaultdict(list)
_group_handlers: dict[type[Event], list[Callable]] = defaultdict(list)


def handles(*kinds: type[Event]):
    """Register a handler. Order of registration is order of execution; signals.py is the only caller."""

    def register(handler):
        for kind in kinds:
            _handlers[kind].append(handler)
        return handler

    return register


def handles_all(kind: type[Event]):
    """Register a handler of a whole run: all events of the kind that follow each other in one publish, as a list.

    It is called once per run, in the same transaction, after the handlers of each single event: a sweep brings
    thousands, and what they lead to costs a few statements in all.
    """

    def register(handler):
        _group_handlers[kind].append(handler)
        return handler

    return register


def publish(event: Event) -> None:
    """Inside the transaction of the change: all or nothing with it."""
    publish_all([event])


def publish_all(events: Sequence[Event]) -> None:
    """Several events of one change: stored together, handled in their order."""
    if not connection.in_atomic_block:
        raise RuntimeError("An event is published inside the transaction of its change.")
    _keep(events)
    with quietly(), closing():
        for kind, run in groupby(events, key=type):
            _handle(kind, list(run))
    transaction.on_commit(partial(_announce, tuple(events)))


def _handle(kind: type[Event], run: list[Event]) -> None:
    for event in run if _handlers[kind] else ():
        for handler in _handlers[kind]:
            handler(event)
    for handler in _group_handlers[kind]:
        handler(run)


def _keep(events: Sequence[Event]) -> None:
    """One is the usual case; a sweep's thousands go past the model objects."""
    if len(events) == 1:
        _store(DomainEvent(**dict(zip(_COLUMNS, _row(events[0], None), strict=True))))
        return
    moment = now()
    rows = [_row(event, pos) for event, pos in zip(events, _places(len(events)), strict=True)]
    stored = [(pos, kind, json.dumps(payload), *rest, moment) for pos, kind, payload, *rest in rows]
    insert_all(DomainEvent, (*_COLUMNS, "created_at"), stored)


def _announce(events: Sequence[Event]) -> None:
    for event in events:
        committed.send_robust(sender=type(event), event=event)


def _row(event: Event, pos: int | None) -> tuple:
    door = request_context.current()
    return pos, type(event).__name__, event.payload(), getattr(event, "by_id", None) or door.user_id, door.door


def _places(number: int) -> list:
    """SQLite has one writer at a time, so the next number is the final order. PostgreSQL gets it after commit."""
    if connection.vendor != "sqlite":
        return [None] * number
    head = DomainEvent.objects.aggregate(at=Max("pos"))["at"] or 0
    return list(range(head + 1, head + number + 1))


def _next_place() -> dict:
    """The same for a single event, within its own statement."""
    if connection.vendor != "sqlite":
        return {}
    table = connection.ops.quote_name(DomainEvent._meta.db_table)
    return {"pos": RawSQL(f"(SELECT COALESCE(MAX(pos), 0) + 1 FROM {table})", ())}  # noqa: S608, S611


_COLUMNS = ("pos", "kind", "payload", "actor_id", "door")
_store = PreparedInsert(DomainEvent, computed=_next_place)
