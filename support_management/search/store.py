"""Writes and reads entries in the words of each database: FTS5 on SQLite, `tsvector` on PostgreSQL."""

from collections.abc import Iterable, Sequence
from itertools import batched

from django.db import connection

from support_management.search.documents import Documents
from support_management.search.models import Entry
from support_management.search.words import Clause

_ROWS = 500
_WINDOW = 20
"""On PostgreSQL a frequent word is found among the newest entries, so many for each that is asked for."""


def put(kind: type[Entry], documents: Documents) -> None:
    """Store these entries, new or changed."""
    table = connection.ops.quote_name(kind._meta.db_table)
    lines = sorted(documents.items())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            stored = [(rowid, " ".join(words)) for rowid, words in lines]
            cursor.executemany(f"INSERT OR REPLACE INTO {table} (rowid, words) VALUES (%s, %s)", stored)  # noqa: S608
            return
        for batch in batched(lines, _ROWS, strict=False):
            places = ", ".join(["(%s, array_to_tsvector(%s))"] * len(batch))
            cursor.execute(
                f"INSERT INTO {table} (rowid, words) VALUES {places} "  # noqa: S608
                "ON CONFLICT (rowid) DO UPDATE SET words = EXCLUDED.words",
                [value for line in batch for value in line],
            )


def remove(kind: type[Entry], rowids: Iterable[int]) -> None:
    """Delete these entries."""
    table = connection.ops.quote_name(kind._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(rowid,) for rowid in rowids])  # noqa: S608


def clear(kind: type[Entry]) -> None:
    """Delete all entries of a kind."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(kind._meta.db_table)}")  # noqa: S608


def stored(kind: type[Entry], first: int, last: int) -> dict[int, frozenset[str]]:
    """The entries from `first` to `last`."""
    table = connection.ops.quote_name(kind._meta.db_table)
    words = "words" if connection.vendor == "sqlite" else "array_to_string(tsvector_to_array(words), ' ')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid, {words} FROM {table} WHERE rowid BETWEEN %s AND %s", [first, last])  # noqa: S608
        return {rowid: frozenset(text.split()) for rowid, text in cursor.fetchall()}


def newest(kind: type[Entry], clauses: Sequence[Clause], *, before: int, limit: int, rare: bool = False) -> list[int]:
    """Entries before this one that have a word of every clause, the newest first. `rare`: few have them."""
    table = connection.ops.quote_name(kind._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            match = " AND ".join(_fts5(clause) for clause in clauses)
            condition = f"{table} MATCH %s AND rowid < %s"
            cursor.execute(
                f"SELECT rowid FROM {table} WHERE {condition} ORDER BY rowid DESC LIMIT %s",  # noqa: S608
                [match, before, limit],
            )
            return [rowid for (rowid,) in cursor.fetchall()]
        match = " & ".join(map(_tsquery, clauses))
        near = [] if rare else _among_the_newest(cursor, table, match, before, limit)
        return near if len(near) == limit else _among_all(cursor, table, match, before, limit)


def _among_the_newest(cursor, table: str, match: str, before: int, limit: int) -> list[int]:
    """The index of PostgreSQL has no order, and a frequent word has many entries: the newest are read instead."""
    cursor.execute(
        f"SELECT rowid FROM (SELECT rowid, words FROM {table} WHERE rowid < %s ORDER BY rowid DESC LIMIT %s) near "  # noqa: S608
        "WHERE words @@ %s::tsquery ORDER BY rowid DESC LIMIT %s",
        [before, limit * _WINDOW, match, limit],
    )
    return [rowid for (rowid,) in cursor.fetchall()]


def _among_all(cursor, table: str, match: str, before: int, limit: int) -> list[int]:
    cursor.execute(
        f"WITH found AS MATERIALIZED (SELECT rowid FROM {table} WHERE words @@ %s::tsquery AND rowid < %s) "  # noqa: S608
        "SELECT rowid FROM found ORDER BY rowid DESC LIMIT %s",
        [match, before, limit],
    )
    return [rowid for (rowid,) in cursor.fetchall()]


def _fts5(clause: Clause) -> str:
    return f"({' OR '.join(f'"{word}"{"*" if begins else ""}' for word, begins in clause)})"


def _tsquery(clause: Clause) -> str:
    return f"({' | '.join(f"'{word}'{':*' if begins else ''}" for word, begins in clause)})"
