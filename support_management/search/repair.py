"""Compares the index with what it is about, and corrects it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from django.db import connection

from support_management.core.keyset import LARGEST_INTEGER
from support_management.core.time import now
from support_management.events.capability import unit_of_work
from support_management.search import documents, store
from support_management.search.documents import WRITTEN, Documents
from support_management.search.kinds import KINDS, TICKETS, Kind
from support_management.search.models import MESSAGES
from support_management.tickets.models import TicketMessage

ROWS = 500
SLICES = 24
"""A check looks at one in so many rows: hourly, every row is looked at once a day."""
type Stored = dict[int, frozenset[str]]


def settle(kind: Kind, pks: Iterable[int]) -> int:
    """Correct the entries of these rows, also of deleted ones. Returns how many were wrong."""
    found = (_compared(kind, batch, _stored(kind, batch)) for batch in batched(pks, ROWS, strict=False))
    return sum(_correct(kind, *wrong) for wrong in found)


def settle_all(kind: Kind) -> int:
    """Correct all entries of a kind. Returns how many were wrong."""
    return sum(_correct(kind, *found) for found in _batches(kind))


def differences() -> Iterator[str]:
    """A sentence for each wrong entry. Reads only."""
    for kind in KINDS:
        for wrong, gone in _batches(kind):
            for rowid in sorted({*wrong, *gone}):
                yield f"{kind.name} {rowid // kind.per_row}: the search index has other words than its own"


def repair() -> int:
    """Correct what `differences` names. Returns how many entries."""
    with unit_of_work():
        return sum(map(settle_all, KINDS))


def check_slice() -> int:
    """Correct the entries of this hour's slice of all rows. Returns how many were wrong: zero with correct handlers."""
    place = now().hour % SLICES
    wrong = 0
    for kind in KINDS:
        keys = kind.model._default_manager.order_by("pk").values_list("pk", flat=True)
        for batch in batched((pk for pk in keys if pk % SLICES == place), ROWS, strict=False):
            with unit_of_work():
                wrong += settle(kind, batch)
    return wrong


def rebuild() -> int:
    """Empty the index and fill it again. Returns the number of entries."""
    with unit_of_work():
        for kind in KINDS:
            store.clear(kind.entry)
        return add_missing()


def fill_if_new() -> None:
    """Fill the index of a desk that has none yet: after the upgrade that brought it."""
    for kind in KINDS:
        if not kind.entry._default_manager.exists():
            add_missing(kind)


def add_missing(*kinds: Kind) -> int:
    """Add what is not in the index at all, of these kinds or of all. Returns how many entries."""
    added = 0
    for kind in kinds or KINDS:
        added += _put(kind, kind.documents, _missing_rows(kind))
        if kind is TICKETS:
            added += _put(kind, documents.of_messages, _missing_messages())
    return added


def _put(kind: Kind, read, keys: Sequence[int]) -> int:
    added = 0
    for batch in batched(keys, ROWS, strict=False):
        found = read(batch)
        store.put(kind.entry, found)
        added += len(found)
    return added


def _missing_rows(kind: Kind) -> list[int]:
    return _keys_without_entry(kind, "r.id * %s", [kind.per_row], kind.model, "")


def _missing_messages() -> list[int]:
    kinds = ", ".join(f"'{kind}'" for kind in WRITTEN)
    return _keys_without_entry(
        TICKETS, "r.ticket_id * %s + r.id", [MESSAGES], TicketMessage, f"r.kind IN ({kinds}) AND "
    )


def _keys_without_entry(kind: Kind, rowid: str, values: list[int], model, condition: str) -> list[int]:
    quote = connection.ops.quote_name
    entries, rows = quote(kind.entry._meta.db_table), quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id FROM {rows} r WHERE {condition}NOT EXISTS "  # noqa: S608
            f"(SELECT 1 FROM {entries} e WHERE e.rowid = {rowid}) ORDER BY r.id",
            values,
        )
        return [pk for (pk,) in cursor.fetchall()]


def _batches(kind: Kind) -> Iterator[tuple[Documents, list[int]]]:
    """Wrong and superfluous entries, batch by batch over all rows and whatever lies between them."""
    keys = list(kind.model._default_manager.order_by("pk").values_list("pk", flat=True))
    first = 0
    for batch in batched(keys, ROWS, strict=False):
        last = (batch[-1] + 1) * kind.per_row - 1
        yield _compared(kind, batch, store.stored(kind.entry, first, last))
        first = last + 1
    yield {}, list(store.stored(kind.entry, first, LARGEST_INTEGER))


def _stored(kind: Kind, pks: Sequence[int]) -> Stored:
    found: Stored = {}
    for pk in pks:
        found |= store.stored(kind.entry, pk * kind.per_row, (pk + 1) * kind.per_row - 1)
    return found


def _compared(kind: Kind, pks: Sequence[int], there: Stored) -> tuple[Documents, list[int]]:
    """Entries that should be stored and are not, and those that should not."""
    should = kind.documents(pks)
    wrong = {rowid: words for rowid, words in should.items() if there.get(rowid) != frozenset(words)}
    return wrong, [rowid for rowid in there if rowid not in should]


def _correct(kind: Kind, wrong: Documents, gone: list[int]) -> int:
    if wrong:
        store.put(kind.entry, wrong)
    if gone:
        store.remove(kind.entry, gone)
    return len(wrong) + len(gone)
