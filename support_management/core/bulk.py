"""Bulk writes without model objects, for sweeps that write thousands of rows."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import batched
from typing import Any

from django.db import connection, models

ROWS = 1000
"""Rows per statement; SQLite accepts up to 32,766 values."""


def update_each(model: type[models.Model], key: Sequence[str], fields: Sequence[str], rows: Sequence[tuple]) -> list:
    """Update `fields` of the rows that match `key`; returns the primary keys of the updated rows.

    Each of `rows` holds the values of the key, then those of the fields. No event is published: the caller does that.
    """
    return [pk for batch in batched(rows, ROWS, strict=False) for pk in _update(model, key, fields, batch)]


def _update(model: type[models.Model], key: Sequence[str], fields: Sequence[str], rows: Sequence[tuple]) -> list:
    columns: list[Any] = [model._meta.get_field(name) for name in (*key, *fields)]
    quote = connection.ops.quote_name
    table, aliases = quote(model._meta.db_table), [f"v{at}" for at in range(len(columns))]
    pairs = [(quote(column.column), name) for column, name in zip(columns, aliases, strict=True)]
    source, values = _source(columns, list(_prepared(columns, rows)))
    statement = (
        f"WITH v({', '.join(aliases)}) AS ({source}) "  # noqa: S608 (the model's names)
        f"UPDATE {table} SET {', '.join(f'{column} = {name}' for column, name in pairs[len(key) :])} FROM v "
        f"WHERE {' AND '.join(f'{table}.{column} = {name}' for column, name in pairs[: len(key)])} "
        f"RETURNING {table}.{quote(str(model._meta.pk.column))}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [pk for (pk,) in cursor.fetchall()]


def _source(columns: Sequence[Any], rows: Sequence[Sequence]) -> tuple[str, list]:
    """SQL of the rows as a table, and its parameters. PostgreSQL reads one array per column much faster than rows."""
    if connection.vendor == "sqlite":
        row_sql = f"({', '.join(['%s'] * len(columns))})"
        return f"VALUES {', '.join([row_sql] * len(rows))}", [value for row in rows for value in row]
    arrays = ", ".join(f"CAST(%s AS {column.rel_db_type(connection)}[])" for column in columns)
    return f"SELECT * FROM unnest({arrays})", [list(values) for values in zip(*rows, strict=True)]  # noqa: S608


def _prepared(columns: Sequence[Any], rows: Sequence[tuple]) -> Iterable[Sequence]:
    """The rows with each value as the database stores it; repeated values of a column are converted once."""
    return zip(*(map(_converter(columns[at]), [row[at] for row in rows]) for at in range(len(columns))), strict=True)


def _converter(column: models.Field) -> Callable:
    cache: dict = {}

    def convert(value):
        if value not in cache:
            cache[value] = column.get_db_prep_save(value, connection)
        return cache[value]

    return convert


def insert_new(model: type[models.Model], names: Sequence[str], rows: Collection[Sequence]) -> None:
    """`insert_all` that skips rows whose unique key exists already."""
    insert_all(model, names, rows, on_conflict=" ON CONFLICT DO NOTHING")


def insert_unsaved(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert unsaved objects, which get their keys; ten times as fast as `bulk_create`.

    What they refer to is saved by now. In a transaction of the caller, who publishes events as for `insert_all`.
    """
    if not rows:
        return
    for row, key in zip(rows, _next_keys(model, len(rows)), strict=True):
        row.pk, row._state.adding = key, False
    columns = [column for column in model._meta.local_concrete_fields if not column.generated]
    values = [tuple(_value(row, column) for column in columns) for row in rows]
    _insert(model, columns, list(_prepared(columns, values)))


def _value(row: models.Model, column: Any):
    value = getattr(row, column.attname)
    if value is None and column.is_relation and column.is_cached(row):  # it was unsaved when it was assigned
        return getattr(column.get_cached_value(row), "pk", None)
    return value


def _next_keys(model: type[models.Model], count: int) -> list[int]:
    """Keys that nobody else gets: SQLite has one writer at a time, PostgreSQL a sequence."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
            last = cursor.fetchone()[0]
            return list(range(last + 1, last + 1 + count))
        sequence = f"nextval(pg_get_serial_sequence(%s, '{model._meta.pk.column}'))"
        cursor.execute(f"SELECT {sequence} FROM generate_series(1, %s)", [table, count])  # noqa: S608 (the model's name)
        return [key for (key,) in cursor.fetchall()]


def insert_all(
    model: type[models.Model], names: Sequence[str], rows: Collection[Sequence], *, on_conflict: str = ""
) -> None:
    """Insert the rows, one value per name.

    Values must be as the field stores them, and fields not named get no default. No event is published: the caller
    does that.
    """
    if not rows:
        return
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    _insert(model, fields, _stored(fields, rows), on_conflict)


def _insert(model: type[models.Model], fields: list[Any], stored: Sequence[Sequence], on_conflict: str = "") -> None:
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    into = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            placeholders = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"{into} VALUES ({placeholders}){on_conflict}", stored)
        else:
            source, values = _source(fields, stored)
            cursor.execute(f"{into} {source}{on_conflict}", values)


def _stored(fields: Sequence, rows: Iterable[Sequence]) -> list[tuple]:
    """The rows with datetimes as the database stores them, each converted once; other values are unchanged."""
    moments: dict = {}
    datetime_columns = [at for at, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    converted = []
    for row in rows:
        values = list(row)
        for at in datetime_columns:
            moment = values[at]
            if moment not in moments:
                moments[moment] = fields[at].get_db_prep_save(moment, connection)
            values[at] = moments[moment]
        converted.append(tuple(values))
    return converted
