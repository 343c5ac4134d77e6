"""Many rows at once, past the model objects: for sweeps that write thousands in a moment."""

from collections.abc import Collection, Iterable, Sequence

from django.db import connection, models


def insert_new(model: type[models.Model], names: Sequence[str], rows: Collection[Sequence]) -> None:
    """Insert the rows, one value per name; who is there already by a unique key stays as it is.

    Values are taken as the field stores them, and a field without a name here gets no default. Nobody is told: the
    caller publishes what happened.
    """
    if not rows:
        return
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)  # type: ignore[union-attr]
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING",  # noqa: S608
            _stored(fields, rows),
        )


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
