"""Many rows of one table, each with its own values, in one statement."""

from collections.abc import Sequence
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
    one = f"({', '.join(map(_placeholder, columns))})"
    statement = (
        f"WITH v({', '.join(given)}) AS (VALUES {', '.join([one] * len(rows))}) "  # noqa: S608 (the model's names)
        f"UPDATE {table} SET {', '.join(f'{column} = {name}' for column, name in pairs[len(key) :])} FROM v "
        f"WHERE {' AND '.join(f'{table}.{column} = {name}' for column, name in pairs[: len(key)])} "
        f"RETURNING {table}.{quote(str(model._meta.pk.column))}"
    )
    values = [
        column.get_db_prep_save(value, connection) for row in rows for column, value in zip(columns, row, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [found for (found,) in cursor.fetchall()]


def _placeholder(column: models.Field) -> str:
    """PostgreSQL does not guess the types of a VALUES list."""
    return "%s" if connection.vendor == "sqlite" else f"CAST(%s AS {column.rel_db_type(connection)})"
