"""Many rows at once, past the model objects: for sweeps that write thousands in a moment."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import batched
from typing import Any

from django.db import connection, models

ROWS = 1000
"""Rows a statement takes at most: SQLite takes 32,766 values."""


def update_each(model: type[models.Model], key: Sequence[str], fields: Sequence[str], rows: Sequence[tuple]) -> list:
    """Write `fields` where `key` is as given; each row is the key's values, then the fields'. Primary keys written.

    Past the live base: the caller tells what happened.
    """
    return [pk for some in batched(rows, ROWS, strict=False) for pk in _update(model, key, fields, some)]


def _update(model: type[models.Model], key: Sequence[str], fields: Sequence[str], rows: Sequence[tuple]) -> list:
    columns: list[Any] = [model._meta.get_field(name) for name in (*key, *fields)]
    quote = connection.ops.quote_name
    table, given = quote(model._meta.db_table), [f"v{at}" for at in range(len(columns))]
    pairs = [(quote(column.column), name) for column, name in zip(columns, given, strict=True)]
    source, values = _source(columns, list(_prepared(columns, rows)))
    statement = (
        f"WITH v({', '.join(given)}) AS ({source}) "  # noqa: S608 (the model's names)
        f"UPDATE {table} SET {', '.join(f'{column} = {name}' for column, name in pairs[len(key) :])} FROM v "
        f"WHERE {' AND '.join(f'{table}.{column} = {name}' for column, name in pairs[: len(key)])} "
        f"RETURNING {table}.{quote(str(model._meta.pk.column))}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [found for (found,) in cursor.fetchall()]


def _source(columns: Sequence[Any], rows: Sequence[Sequence]) -> tuple[str, list]:
    """The rows as a table and its parameters. PostgreSQL reads one array a column many times faster than many rows."""
    if connection.vendor == "sqlite":
        one = f"({', '.join(['%s'] * len(columns))})"
        return f"VALUES {', '.join([one] * len(rows))}", [value for row in rows for value in row]
    arrays = ", ".join(f"CAST(%s AS {column.rel_db_type(connection)}[])" for column in columns)
    return f"SELECT * FROM unnest({arrays})", [list(values) for values in zip(*rows, strict=True)]  # noqa: S608


def _prepared(columns: Sequence[Any], rows: Sequence[tuple]) -> Iterable[Sequence]:
    """Column by column, each value as the database keeps it; one that comes again is not worked out again."""
    return zip(*(map(_once(columns[at]), [row[at] for row in rows]) for at in range(len(columns))), strict=True)


def _once(column: models.Field) -> Callable:
    known: dict = {}

    def prepared(value):
        if value not in known:
            known[value] = column.get_db_prep_save(value, connection)
        return known[value]

    return prepared


def insert_new(model: type[models.Model], names: Sequence[str], rows: Collection[Sequence]) -> None:
    """The same as `insert_all`; who is there already by a unique key stays as it is."""
    insert_all(model, names, rows, otherwise=" ON CONFLICT DO NOTHING")


def insert_all(
    model: type[models.Model], names: Sequence[str], rows: Collection[Sequence], *, otherwise: str = ""
) -> None:
    """Insert the rows, one value per name.

    Values are taken as the field stores them, and a field without a name here gets no default. Nobody is told: the
    caller publishes what happened.
    """
    if not rows:
        return
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    into = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns})"
    stored = _stored(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"{into} VALUES ({places}){otherwise}", stored)
        else:
            source, values = _source(fields, stored)
            cursor.execute(f"{into} {source}{otherwise}", values)


def _stored(fields: Sequence, rows: Iterable[Sequence]) -> list[tuple]:
    """Moments as the database keeps them, worked out once each; everything else is what it is."""
    moments: dict = {}
    timed = [at for at, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    found = []
    for row in rows:
        values = list(row)
        for at in timed:
            moment = values[at]
            if moment not in moments:
                moments[moment] = fields[at].get_db_prep_save(moment, connection)
            values[at] = moments[moment]
        found.append(tuple(values))
    return found
