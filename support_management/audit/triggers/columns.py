"""The audited columns of a table, from its model."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import models

from support_management.audit.audited import ALWAYS_DERIVED, AUDITED, Audited

_KINDS: tuple[tuple[type[models.Field], str], ...] = (
    (models.BooleanField, "boolean"),
    (models.DecimalField, "decimal"),
    (models.DateTimeField, "instant"),
    (models.DateField, "text"),
    (models.TimeField, "text"),
    (models.UUIDField, "text"),
    (models.DurationField, "duration"),
    (models.IntegerField, "number"),
)
"""Values that say nothing about a person. Any other field is a text, or holds one."""


class Column(NamedTuple):
    """`kind`: how its value is written as JSON. `places`: decimal places."""

    name: str
    column: str
    kind: str
    places: int = 0


def audited_columns(model: type[models.Model], audited: Audited) -> list[Column]:
    """The columns whose values or changes are kept, by name: migrations know no other order."""
    left_out = {*ALWAYS_DERIVED.split(), *audited.derived.split()}
    columns = sorted(_columns(model, set(audited.shown.split())))
    return [column for column in columns if column.name not in left_out]


def hidden_fields(model: type[models.Model]) -> set[str]:
    """Fields of an audited model whose values are not kept."""
    audited = AUDITED.get(str(model._meta.object_name))
    return {column.name for column in audited_columns(model, audited) if column.kind == "hidden"} if audited else set()


def _columns(model: type[models.Model], shown: set[str]) -> Iterator[Column]:
    for field in model._meta.local_concrete_fields:
        if not (field.primary_key or field.generated):
            yield Column(field.name, str(field.column), _kind(field, shown), getattr(field, "decimal_places", 0))


def _kind(field: Any, shown: set[str]) -> str:
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    for kind, name in _KINDS:
        if isinstance(field, kind):
            return name
    if isinstance(field, models.AutoField):
        return "number"
    if field.choices or field.name in shown:
        return "json" if isinstance(field, models.JSONField) else "text"
    return "hidden"
