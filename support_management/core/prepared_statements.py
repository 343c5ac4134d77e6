"""Compiled statements of the hot path: the ORM compiles each once, later calls only fill in its parameters.

Compiling a statement costs Django more than the database needs to run it. The cached SQL is the ORM's own output for
this database; `tests/core/test_prepared_statements.py` compares.
"""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.db import connection, models, transaction
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler


class Parameter(models.Expression):
    """A placeholder that each call fills. `field` converts the value for the database; numbers need none."""

    def __init__(self, name: str, field: Any = None) -> None:
        super().__init__(output_field=field)
        self.name, self.stored_field = name, field

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def fill(self, values: dict[str, Any]):
        """The value as the database stores it."""
        value, field = values[self.name], self.stored_field
        if isinstance(value, models.Model):
            value = value.prepare_database_save(field)
        return value if field is None else field.get_db_prep_save(value, connection)


class CompiledStatement:
    """SQL whose parameters include placeholders."""

    def __init__(self, sql: str, params) -> None:
        self.sql, self.params = sql, tuple(params)

    def fill(self, values: dict[str, Any]) -> tuple[str, tuple]:
        return self.sql, tuple(p.fill(values) if isinstance(p, Parameter) else p for p in self.params)


class PreparedSelect[M: models.Model]:
    """A SELECT. `make` returns the queryset with placeholders; it is called once per database vendor."""

    def __init__(self, make: Callable[[], models.QuerySet[M]]) -> None:
        self._make = make
        self._compiled: dict[str, tuple[models.QuerySet[M], SQLCompiler, CompiledStatement]] = {}

    def __call__(self, **values) -> list[M]:
        """The rows, as the queryset would return them."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = self._compile()
        rows, compiler, statement = compiled[0].all(), copy(compiled[1]), compiled[2]
        compiler.connection = connection
        vars(compiler)["as_sql"] = lambda *_, **__: statement.fill(values)
        vars(rows.query)["get_compiler"] = lambda *_, **__: compiler
        return list(rows)

    def _compile(self):
        rows = self._make()
        compiler = rows.query.get_compiler(connection=connection)
        statement = CompiledStatement(*compiler.as_sql())
        compiler.connection = None  # type: ignore[assignment]  # each call sets the connection of its thread
        return rows, compiler, statement


class PreparedUpdate:
    """An UPDATE of a queryset with placeholders. It publishes no event: the caller does that."""

    def __init__(self, make: Callable[[], models.QuerySet], **values) -> None:
        self._make, self._values = make, values
        self._compiled: dict[str, CompiledStatement] = {}

    def __call__(self, **values) -> int:
        """The number of updated rows."""
        statement = self._compiled.get(connection.vendor)
        if statement is None:
            statement = self._compiled[connection.vendor] = self._compile()
        with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(*statement.fill(values))
            return cursor.rowcount

    def _compile(self) -> CompiledStatement:
        query: Any = self._make().query.chain(UpdateQuery)
        query.add_update_values(self._values)
        return CompiledStatement(*query.get_compiler(connection=connection).as_sql())


class PreparedInsert:
    """An INSERT. `upsert`: Django's options (unique_fields, update_fields) for a row that exists already.

    `computed()` returns expressions for columns that the database computes, per database vendor.
    """

    def __init__(self, model: type[models.Model], *, computed: Callable[[], dict] = dict, **upsert) -> None:
        self._model, self._computed, self._upsert = model, computed, upsert
        self._compiled: dict[str, CompiledStatement] = {}

    def __call__(self, *rows: models.Model) -> None:
        """Insert the rows and set their keys. Only the statement for a single row, the usual case, is cached."""
        if len(rows) == 1:
            self._insert_one(rows[0])
        else:
            self._model._base_manager.bulk_create(rows, update_conflicts=bool(self._upsert), **self._upsert)

    def _insert_one(self, row: models.Model) -> None:
        statement = self._compiled.get(connection.vendor)
        if statement is None:
            statement = self._compiled[connection.vendor] = self._compile()
        values = {field.attname: field.pre_save(row, add=True) for field in _columns(self._model)}
        with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(*statement.fill(values))
            row.pk = cursor.fetchone()[0]
        row._state.adding, row._state.db = False, connection.alias

    def _compile(self) -> CompiledStatement:
        template, meta, upsert = self._model(), self._model._meta, self._upsert
        for field in _columns(self._model):
            setattr(template, field.attname, Parameter(field.attname, field))
        for name, expression in self._computed().items():
            setattr(template, name, expression)
        options = {option: [meta.get_field(name) for name in names] for option, names in upsert.items()}
        query = InsertQuery(self._model, on_conflict=OnConflict.UPDATE if upsert else None, **options)
        query.insert_values(_columns(self._model), [template], raw=True)
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = [meta.pk]
        [(sql, params)] = compiler.as_sql()
        return CompiledStatement(sql, params)


def _columns(model: type[models.Model]) -> list[models.Field]:
    """The columns of an INSERT; its key comes from the database."""
    return [field for field in model._meta.concrete_fields if not field.generated and not field.primary_key]


def set_prefetched(row: models.Model, **related: list) -> None:
    """Cache related rows on `row` as `prefetch_related` would."""
    for name, rows in related.items():
        queryset: models.QuerySet = models.QuerySet(row._meta.get_field(name).related_model)  # type: ignore[arg-type]
        queryset._result_cache = rows
        vars(row).setdefault("_prefetched_objects_cache", {})[name] = queryset
