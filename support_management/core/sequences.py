"""All counters of public numbers: readable numbers (T-10482), and keys of rows, which addresses and the API show."""

from collections.abc import Mapping
from functools import cache

from django.apps import apps
from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Greatest

from support_management.core.models import NumberSequence
from support_management.core.outside_mark import MARGIN

SKIPPED = 10_000
"""Numbers left out where nobody knows how many were given."""


def highest() -> dict[str, int]:
    """The last number given, by the name of its sequence or table. Two queries."""
    unused = dict.fromkeys(NumberSequence.NAMES, NumberSequence.FIRST)
    return unused | dict(NumberSequence.objects.values_list("name", "value")) | _keys()


def skip(given: Mapping[str, int], *, certain: bool) -> None:
    """Go on above all numbers given, so that none is given twice.

    Not `certain`, or where `given` knows less than the database: SKIPPED numbers are left out.
    """
    here, stored = highest(), connection.introspection.table_names()  # a backup may lack tables of newer code
    for name in (*NumberSequence.NAMES, *(table for table in _tables() if table in stored)):
        last, known = here.get(name, 0), given.get(name, -1)
        trusted = certain and known >= last
        _raise(name, known + MARGIN if trusted else max(last, known) + SKIPPED)


def _raise(name: str, value: int) -> None:
    """Set a counter, unless a number above was taken since it was read."""
    if not NumberSequence.objects.filter(pk=name).update(value=Greatest(F("value"), value)):
        _set(name, value)


def _set(name: str, value: int) -> None:
    if name in NumberSequence.NAMES:
        NumberSequence.objects.update_or_create(pk=name, defaults={"value": value})
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [name])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [name, value])
        else:
            table, key = connection.ops.quote_name(name), _tables()[name]
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, key, value])


@cache
def _tables() -> dict[str, str]:
    """Tables whose keys the database counts, with the column of the key."""
    tables = {}
    for model in apps.get_app_config("support_management").get_models():
        key = model._meta.pk
        if isinstance(key, models.AutoField | models.BigAutoField):
            tables[model._meta.db_table] = str(key.column)
    return tables


_OF_SQLITE = "SELECT name, seq FROM sqlite_sequence"
_OF_POSTGRESQL = """
SELECT t.relname, pg_sequence_last_value(s.oid) FROM pg_class s
JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid
WHERE s.relkind = 'S' AND pg_table_is_visible(t.oid)
"""


def _keys() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_OF_SQLITE if connection.vendor == "sqlite" else _OF_POSTGRESQL)
        return {name: last or 0 for name, last in cursor.fetchall() if name in _tables()}
