"""The final order of events: give places after commit, read what came since, say where the head is."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max, Min

from support_management.events.catalogue import Event, restore
from support_management.events.models import DomainEvent, Epoch

_LOCK = 0x5E_D0_17
"""Advisory lock of the placing transaction; any constant that nothing else uses."""


@dataclass(frozen=True, slots=True)
class PositionedEvent:
    """An event and its position. None: a kind that this build no longer knows."""

    pos: int
    event: Event | None


def head() -> int:
    """The newest position."""
    return DomainEvent.objects.aggregate(at=Max("pos"))["at"] or 0


def tail_start() -> int:
    """The oldest position that is still kept."""
    return DomainEvent.objects.aggregate(at=Min("pos"))["at"] or 0


def epoch() -> str:
    """The identity of this history; another one means: start afresh."""
    return str(Epoch.objects.order_by("pk").values_list("value", flat=True).first() or "")


def place() -> None:
    """Give positions to committed events that have none, in order of their ids. SQLite needs none of this.

    Ids become visible out of order on PostgreSQL; a reader with `id > last` would lose events for ever.
    Whoever comes first places them, under a lock that ends with the transaction.
    """
    if connection.vendor == "sqlite" or not DomainEvent.objects.filter(pos__isnull=True).exists():
        return
    table = connection.ops.quote_name(DomainEvent._meta.db_table)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            f"UPDATE {table} SET pos = placed.pos FROM ("  # noqa: S608
            f" SELECT id, (SELECT COALESCE(MAX(pos), 0) FROM {table}) + ROW_NUMBER() OVER (ORDER BY id) AS pos"
            f" FROM {table} WHERE pos IS NULL) AS placed WHERE {table}.id = placed.id"
        )


def since(pos: int, limit: int = 500) -> list[PositionedEvent]:
    """Events after `pos`, in order."""
    rows = DomainEvent.objects.filter(pos__gt=pos).order_by("pos").values_list("pos", "kind", "payload")
    return [PositionedEvent(at or 0, _restored(kind, payload)) for at, kind, payload in rows[:limit]]


def _restored(kind: str, payload: dict) -> Event | None:
    """None for what another build wrote and this one cannot read: its place in the order still counts."""
    try:
        return restore(kind, payload)
    except (KeyError, TypeError):
        return None
