"""Another history: after a restore the same positions, keys and numbers would name other things.

Positions never fall. A database that is behind a place that somebody has seen, or has another event there, was
restored. It then gets a new epoch; positions, keys and numbers go on above all that were given before.
"""

import logging
from enum import Enum, auto

from django.apps import apps
from django.db import connection, transaction
from django.db.models import ForeignKey

from support_management.core import sequences
from support_management.core.outside_mark import Mark, outside_mark
from support_management.core.sequences import SKIPPED
from support_management.events import positions
from support_management.events.event import HistoryBegan
from support_management.events.models import DomainEvent, Epoch

log = logging.getLogger(__name__)


class Incomplete(Exception):
    """The database is being restored just now."""


class Found(Enum):
    """How a database relates to a place that somebody has seen."""

    SAME = auto()
    LATER = auto()
    """It has begun another history since, above that place, and knows that place's."""
    OTHER = auto()


def compare(seen: Mark) -> Found:
    """Raises Incomplete while the database is being restored."""
    epochs = positions.epochs()
    if not epochs or not _is_complete():
        raise Incomplete("The database is incomplete: is it being restored?")
    if not seen.epoch:
        return Found.SAME
    positions.place()
    if seen.epoch != epochs[-1]:
        return Found.LATER if seen.epoch in epochs and _is_above(seen) else Found.OTHER
    if positions.head() < seen.pos or _is_another(seen):
        return Found.OTHER
    return Found.SAME


def settle(seen: Mark, *, certain: bool = True) -> None:
    """Begin a new history unless the database goes on from the place seen, or another process has begun one."""
    if compare(seen) is Found.OTHER:
        begin_new(seen, certain=certain)


def begin_new(seen: Mark | None = None, *, certain: bool = True, note: bool = True) -> None:
    """Begin a new history, for a database that was restored; with `seen`, only if it is still one that was.

    `certain`: the mark outside the database was not restored with it. Without `note` the next start writes the mark.
    """
    outside = outside_mark.read() or Mark()
    with transaction.atomic():
        positions.lock()
        if seen and compare(seen) is not Found.OTHER:
            return
        known = outside.joined(seen) if seen else outside
        _store(known, {mark.epoch for mark in (outside, seen) if mark and mark.epoch}, certain=certain)
        if note:
            transaction.on_commit(_note)


def _note() -> None:
    log.warning("another history begins: the database was restored")
    outside_mark.keep(place())


def place() -> Mark:
    """Where the history stands."""
    positions.place()
    head = positions.head()
    newest = positions.at(head)
    return Mark(positions.epoch(), head, newest.mark if newest else "", sequences.highest())


def is_at(*, epoch: str = "", pos: int = 0) -> bool:
    """Whether somebody at this place follows this database; without an epoch nobody knows."""
    return not epoch or (positions.epoch() == epoch and pos <= positions.head())


def _store(known: Mark, earlier: set[str], *, certain: bool) -> None:
    """`earlier`: histories that the database may have lost; who comes from them knows that this one is later."""
    sequences.skip(known.numbers, certain=certain)
    for value in sorted(earlier.difference(positions.epochs())):
        Epoch.objects.create(value=value)
    Epoch.objects.create()
    pos = max(positions.head(), known.pos) + SKIPPED
    DomainEvent.objects.create(pos=pos, kind=HistoryBegan.__name__, payload=HistoryBegan().payload())


def _is_above(seen: Mark) -> bool:
    """Whether a later history began above this place; not so where it was begun from an earlier copy, elsewhere."""
    here = sequences.highest() if seen.numbers else {}
    fell = any(here[name] < number for name, number in seen.numbers.items() if name in here)
    return positions.head() > seen.pos and not fell


def _is_another(seen: Mark) -> bool:
    """Whether another event is where one was seen. An old one may have been dropped."""
    placed = positions.at(seen.pos) if seen.event else None
    return bool(placed and placed.mark != seen.event)


def _is_complete() -> bool:
    """pg_restore makes foreign keys last. Whoever writes before that is in its way."""
    if connection.vendor == "sqlite":
        return True
    tables = [model._meta for model in apps.get_app_config("support_management").get_models()]
    fields = [field for table in tables for field in table.local_fields if isinstance(field, ForeignKey)]
    declared = sum(field.db_constraint for field in fields)  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND pg_table_is_visible(conrelid)")
        return cursor.fetchone()[0] >= declared
