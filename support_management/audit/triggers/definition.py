"""What the triggers of both databases have in common: which tables they are on, and their names."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps as installed
from django.db import models

from support_management.audit.audited import AUDITED, CHANGEABLE, NEVER_DELETED
from support_management.audit.triggers.columns import Column, audited_columns
from support_management.core.append_only import AppendOnly

APP = "support_management"
PREFIX = "desk_"
LOG = f"{APP}_recordchangelog"
LOG_COLUMNS = "object_kind, object_id, operation, before, after, actor_id, door, request_id, cause, at"
REFUSAL = "Rows of {} are never changed or deleted."


class Definition(NamedTuple):
    """A trigger or a function: its name, its table ("" for a function), the statement that makes it.

    `body`: of a function, as PostgreSQL stores it.
    """

    name: str
    table: str
    sql: str
    body: str = ""


class AuditedTable(NamedTuple):
    table: str
    kind: str
    of: str
    columns: list[Column]

    @property
    def updated(self) -> list[Column]:
        """The columns whose change leaves a row."""
        return [Column("id", "id", "number"), *self.columns]


class RefusingTable(NamedTuple):
    """A table whose rows the database keeps. `unique`: columns that are unique together."""

    table: str
    may_change: bool
    unique: list[list[str]]


def audited_tables(apps) -> Iterator[AuditedTable]:
    for name, audited in AUDITED.items():
        model = _model(apps, name)
        if model:
            yield AuditedTable(model._meta.db_table, name.lower(), audited.of, audited_columns(model, audited))


def refusing_tables(apps) -> Iterator[RefusingTable]:
    for name in (*append_only_models(), *NEVER_DELETED):
        model = _model(apps, name)
        if model:
            yield RefusingTable(model._meta.db_table, name in NEVER_DELETED, sorted(_unique(model)))


def append_only_models() -> list[str]:
    """Models of which the database refuses changes and deletions."""
    known = [model for model in installed.get_app_config(APP).get_models() if issubclass(model, AppendOnly)]
    return sorted(str(model._meta.object_name) for model in known if model._meta.object_name not in CHANGEABLE)


def trigger_name(what: str, table: str, sql: str) -> str:
    """It changes with the definition, so that a definition that is outdated is noticed by its name."""
    return f"{PREFIX}{what}_{short(table)}_{hashlib.sha256(sql.encode()).hexdigest()[:8]}"


def short(table: str) -> str:
    return table.removeprefix(f"{APP}_")


def _model(apps, name: str) -> type[models.Model] | None:
    try:
        return apps.get_model(APP, name)
    except LookupError:  # the database is at an earlier migration
        return None


def _unique(model: type[models.Model]) -> Iterator[list[str]]:
    for field in model._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield [str(field.column)]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield [str(model._meta.get_field(name).column) for name in constraint.fields]  # type: ignore[union-attr]
