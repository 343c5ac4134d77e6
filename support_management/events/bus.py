"""Event bus: stores events with the change, runs their handlers, signals the live path after commit."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.expressions import RawSQL
from django.dispatch import Signal

from support_management.core import outcome, request_context
from support_management.core.bulk import insert_all
from support_management.core.prepared_statements import PreparedInsert
from support_management.core.time import now
from support_management.events.catalogue import Event
from support_management.events.end_of_change import closing
from support_management.events.models import DomainEvent
from support_management.events.suppression import quietly

committed = Signal()
"""Sent after commit with `event`. Receivers must neither block nor fail the request."""

_handlers: dict[type[Event], list[Callable]] = defaultdict(list)
_group_handlers: dict[type[Event], list[Callable]] = defaultdict(list)


def handles(*kinds: type[Event]):
    """Register a handler. Handlers run in order of registration; signals.py is the only caller."""

    def register(handler):
        for kind in kinds:
            _handlers[kind].append(handler)
        return handler

    return register


def handles_all(kind: type[Event]):
    """Register a batch handler: it gets each run of consecutive events of the kind in one publish, as a list.

    It is called once per run, in the same transaction, after the handlers of the single events. A sweep publishes
    thousands of events, and a batch handler follows them with a few statements in all.
    """

    def register(handler):
        _group_handlers[kind].append(handler)
        return handler

    return register


def publish(event: Event) -> None:
    """Publish one event. RuntimeError outside the transaction of its change."""
    publish_all([event])


def publish_all(events: Sequence[Event]) -> None:
    """Publish the events of one change: stored together, handled in order. RuntimeError outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("An event is published inside the transaction of its change.")
    _store(events)
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


def _store(events: Sequence[Event]) -> None:
    """A single event is the usual case; many are inserted in bulk without model objects."""
    if len(events) == 1:
        _insert(DomainEvent(**dict(zip(_COLUMNS, _row(events[0], None), strict=True))))
        return
    moment = now()
    rows = [_row(event, pos) for event, pos in zip(events, _positions(len(events)), strict=True)]
    stored = [(pos, kind, json.dumps(payload), *rest, moment) for pos, kind, payload, *rest in rows]
    insert_all(DomainEvent, (*_COLUMNS, "created_at"), stored)


def _announce(events: Sequence[Event]) -> None:
    outcome.note_stored()
    for event in events:
        committed.send_robust(sender=type(event), event=event)


def _row(event: Event, pos: int | None) -> tuple:
    door = request_context.current()
    return pos, type(event).__name__, event.payload(), getattr(event, "by_id", None) or door.user_id, door.door


def _positions(count: int) -> list:
    """Positions of the next events. SQLite has a single writer; on PostgreSQL positions are assigned after commit."""
    if connection.vendor != "sqlite":
        return [None] * count
    head = DomainEvent.objects.aggregate(at=Max("pos"))["at"] or 0
    return list(range(head + 1, head + count + 1))


def _next_position() -> dict:
    """The position of a single event, computed by its INSERT."""
    if connection.vendor != "sqlite":
        return {}
    table = connection.ops.quote_name(DomainEvent._meta.db_table)
    return {"pos": RawSQL(f"(SELECT COALESCE(MAX(pos), 0) + 1 FROM {table})", ())}  # noqa: S608, S611


_COLUMNS = ("pos", "kind", "payload", "actor_id", "door")
_insert = PreparedInsert(DomainEvent, computed=_next_position)
