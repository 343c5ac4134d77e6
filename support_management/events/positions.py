"""The final order of events: assign positions after commit, read events after a position, find the head."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Min

from support_management.core.restored_keys import HISTORY_LOCK
from support_management.events.catalogue import Event, restore
from support_management.events.models import DomainEvent, Epoch

RAGGED = 1000
"""Oldest positions among which some may be missing: events are deleted by age, which is nearly their order."""


@dataclass(frozen=True, slots=True)
class PositionedEvent:
    """An event and its position. `event` is None for an event that this build cannot restore.

    `row` tells it from an event that has the same position in another history.
    """

    pos: int
    event: Event | None
    row: tuple[int, datetime] | None = None

    @property
    def mark(self) -> str:
        """`row` as a text."""
        return f"{self.row[0]} {self.row[1].isoformat()}" if self.row else ""


def head() -> int:
    """The newest position; 0 without events."""
    return DomainEvent.objects.aggregate(at=Max("pos"))["at"] or 0


def tail_start() -> int:
    """The oldest position that is still stored; 0 without events."""
    return DomainEvent.objects.aggregate(at=Min("pos"))["at"] or 0


def epochs() -> list[str]:
    """The identities of all histories of this database, the present one last."""
    return [str(value) for value in Epoch.objects.order_by("pk").values_list("value", flat=True)]


def epoch() -> str:
    """The identity of the present history; when it changes, clients reload their state."""
    return str(Epoch.objects.order_by("-pk").values_list("value", flat=True).first() or "")


def place() -> None:
    """Give positions to committed events that have none, in order of their ids. On SQLite they get them on insert.

    Ids become visible out of order on PostgreSQL; a reader with `id > last` would miss events.
    The first caller assigns the positions, under a lock that ends with the transaction.
    """
    if connection.vendor == "sqlite" or not DomainEvent.objects.filter(pos__isnull=True).exists():
        return
    table = connection.ops.quote_name(DomainEvent._meta.db_table)
    with transaction.atomic(), connection.cursor() as cursor:
        lock()
        cursor.execute(
            f"UPDATE {table} SET pos = placed.pos FROM ("  # noqa: S608
            f" SELECT id, (SELECT COALESCE(MAX(pos), 0) FROM {table}) + ROW_NUMBER() OVER (ORDER BY id) AS pos"
            f" FROM {table} WHERE pos IS NULL) AS placed WHERE {table}.id = placed.id"
        )


def problems() -> Iterator[str]:
    """What is wrong with the order of the stored events. Reads only."""
    if not Epoch.objects.exists():
        yield "the event history has no epoch"
    stored = DomainEvent.objects.aggregate(first=Min("pos"), head=Max("pos"))
    if stored["head"] is None:
        return
    began = DomainEvent.objects.filter(kind="HistoryBegan").aggregate(at=Max("pos"))["at"] or 0  # above all before it
    edge = max(began, min(stored["first"] + RAGGED, stored["head"]))
    missing = stored["head"] - edge - DomainEvent.objects.filter(pos__gt=edge).count()
    if missing:
        yield f"{missing} positions between {edge} and {stored['head']} are missing"
    if connection.vendor == "sqlite" and DomainEvent.objects.filter(pos__isnull=True).exists():
        yield "events have no position"


def lock() -> None:
    """One at a time gives positions, until its transaction ends. On SQLite every transaction that writes is alone."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [HISTORY_LOCK])


def since(pos: int, limit: int = 500) -> list[PositionedEvent]:
    """Events after `pos`, in order."""
    rows = DomainEvent.objects.filter(pos__gt=pos).order_by("pos").values_list(*_COLUMNS)
    return [PositionedEvent(at or 0, _restored(kind, payload), tuple(row)) for at, kind, payload, *row in rows[:limit]]


def at(pos: int) -> PositionedEvent | None:
    """The event at this position; None where there is none, or none any more."""
    return next((placed for placed in since(pos - 1, limit=1) if placed.pos == pos), None)


_COLUMNS = ("pos", "kind", "payload", "id", "created_at")


def _restored(kind: str, payload: dict) -> Event | None:
    """None for an event of another build that this one cannot restore; its position still counts."""
    try:
        return restore(kind, payload)
    except (KeyError, TypeError):
        return None
