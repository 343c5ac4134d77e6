"""Finds counters that would give out what is in use already, as rows written past them leave them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import BigIntegerField, Max, Model
from django.db.models.functions import Cast, Substr

from support_management.core.models import NumberSequence
from support_management.core.numbering import NumberedModel


class LateCounter(NamedTuple):
    """A counter whose value is below the highest in use."""

    name: str
    value: int
    in_use: int


def late_sequences(**in_use: int) -> Iterator[LateCounter]:
    """Sequences of readable numbers. `in_use`: the highest of sequences that number something else, by name."""
    values = dict(NumberSequence.objects.values_list("name", "value"))
    highest = {
        model.number_sequence: _highest(model) for model in apps.get_models() if issubclass(model, NumberedModel)
    }
    for name, number in (highest | in_use).items():
        if number and values.get(name, 0) < number:
            yield LateCounter(name, values.get(name, 0), number)


def _highest(model: type[NumberedModel]) -> int:
    digits = Cast(Substr("number", len(model.number_prefix) + 2), BigIntegerField())
    numbered = model._default_manager.filter(number__regex=rf"^{re.escape(model.number_prefix)}-[0-9]{{1,15}}$")
    return numbered.aggregate(at=Max(digits))["at"] or 0


def late_keys() -> Iterator[tuple[type[Model], LateCounter]]:
    """Keys of rows, on PostgreSQL: SQLite looks at the rows itself."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            for sequence in connection.introspection.get_sequences(cursor, model._meta.db_table):
                name, column = connection.ops.quote_name(sequence["name"]), sequence["column"]
                cursor.execute(f"SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM {name}")  # noqa: S608
                value = cursor.fetchone()[0]
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT MAX({connection.ops.quote_name(column)}) FROM {table}")  # noqa: S608
                highest = cursor.fetchone()[0] or 0
                if value < highest:
                    yield model, LateCounter(sequence["name"], value, highest)


def catch_up(**in_use: int) -> None:
    """Set counters that are behind to the highest value in use."""
    for late in late_sequences(**in_use):
        NumberSequence.objects.get_or_create(pk=late.name)
        NumberSequence.objects.filter(pk=late.name, value__lt=late.in_use).update(value=late.in_use)
    behind = [model for model, _ in late_keys()]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), behind):
            cursor.execute(statement)
