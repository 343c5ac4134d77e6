"""Statements of the hot path: the ORM writes each once, later calls only fill it in.

Building a statement costs Django more than the database needs to run it. What is kept is what the ORM wrote for this
database, so there is no second wording of it; `tests/core/test_prepared_statements.py` compares.
"""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.db import connection, models, transaction
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler


class Parameter(models.Expression):
    """Stands in a query where each call puts a value. `field` says how the database keeps it; numbers need none."""

    def __init__(self, name: str, field: Any = None) -> None:
        super().__init__(output_field=field)
        self.name, self.kept_as = name, field

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def filled(self, values: dict[str, Any]):
        """The value as it goes to the database."""
        value, field = values[self.name], self.kept_as
        if isinstance(value, models.Model):
            value = value.prepare_database_save(field)
        return value if field is None else field.get_db_prep_save(value, connection)


class CompiledStatement:
    """The text of a statement, with slots among its parameters."""

    def __init__(self, sql: str, params) -> None:
        self.sql, self.params = sql, tuple(params)

    def filled(self, values: dict[str, Any]) -> tuple[str, tuple]:
        return self.sql, tuple(p.filled(values) if isinstance(p, Parameter) else p for p in self.params)


class PreparedSelect[M: models.Model]:
    """A SELECT. `make` gives the queryset with slots; it is asked once per kind of database."""

    def __init__(self, make: Callable[[], models.QuerySet[M]]) -> None:
        self._make = make
        self._known: dict[str, tuple[models.QuerySet[M], SQLCompiler, CompiledStatement]] = {}

    def __call__(self, **values) -> list[M]:
        """The rows, as the queryset would give them."""
        known = self._known.get(connection.vendor)
        if known is None:
            known = self._known[connection.vendor] = self._write()
        rows, written = known[0].all(), known[2]
        compiler = copy(known[1])
        compiler.connection = connection
        vars(compiler)["as_sql"] = lambda *_, **__: written.filled(values)
        vars(rows.query)["get_compiler"] = lambda *_, **__: compiler
        return list(rows)

    def _write(self):
        rows = self._make()
        compiler = rows.query.get_compiler(connection=connection)
        written = CompiledStatement(*compiler.as_sql())
        compiler.connection = None  # type: ignore[assignment]  # each call brings the one of its thread
        return rows, compiler, written


class PreparedUpdate:
    """An UPDATE of the rows of a queryset with slots. Whoever calls it tells of the change: it raises no event."""

    def __init__(self, make: Callable[[], models.QuerySet], **values) -> None:
        self._make, self._values = make, values
        self._known: dict[str, CompiledStatement] = {}

    def __call__(self, **values) -> int:
        """How many rows it met."""
        written = self._known.get(connection.vendor)
        if written is None:
            written = self._known[connection.vendor] = self._write()
        with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(*written.filled(values))
            return cursor.rowcount

    def _write(self) -> CompiledStatement:
        query: Any = self._make().query.chain(UpdateQuery)
        query.add_update_values(self._values)
        return CompiledStatement(*query.get_compiler(connection=connection).as_sql())


class PreparedInsert:
    """An INSERT. `upsert`: Django's words (unique_fields, update_fields) for a row that is there already.

    `computed()` names the columns whose value the database works out itself, per kind of database.
    """

    def __init__(self, model: type[models.Model], *, computed: Callable[[], dict] = dict, **upsert) -> None:
        self._model, self._computed, self._upsert = model, computed, upsert
        self._known: dict[str, CompiledStatement] = {}

    def __call__(self, *rows: models.Model) -> None:
        """Stored, and their keys put onto them. What is kept is the statement for one row, the usual case."""
        if len(rows) == 1:
            self._one(rows[0])
        else:
            self._model._base_manager.bulk_create(rows, update_conflicts=bool(self._upsert), **self._upsert)

    def _one(self, row: models.Model) -> None:
        written = self._known.get(connection.vendor)
        if written is None:
            written = self._known[connection.vendor] = self._write()
        values = {field.attname: field.pre_save(row, add=True) for field in _columns(self._model)}
        with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(*written.filled(values))
            row.pk = cursor.fetchone()[0]
        row._state.adding, row._state.db = False, connection.alias

    def _write(self) -> CompiledStatement:
        template, meta, named = self._model(), self._model._meta, self._upsert
        for field in _columns(self._model):
            setattr(template, field.attname, Parameter(field.attname, field))
        for name, expression in self._computed().items():
            setattr(template, name, expression)
        facts = {name: [meta.get_field(one) for one in names] for name, names in named.items()}
        query = InsertQuery(self._model, on_conflict=OnConflict.UPDATE if named else None, **facts)
        query.insert_values(_columns(self._model), [template], raw=True)
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = [meta.pk]
        [(sql, params)] = compiler.as_sql()
        return CompiledStatement(sql, params)


def _columns(model: type[models.Model]) -> list[models.Field]:
    """What a new row is written with; its key comes from the database."""
    return [field for field in model._meta.concrete_fields if not field.generated and not field.primary_key]


def hang(row: models.Model, **found: list) -> None:
    """What was read for one row, put where `prefetch_related` would have put it."""
    for name, rows in found.items():
        known: models.QuerySet = models.QuerySet(row._meta.get_field(name).related_model)  # type: ignore[arg-type]
        known._result_cache = rows
        vars(row).setdefault("_prefetched_objects_cache", {})[name] = known
