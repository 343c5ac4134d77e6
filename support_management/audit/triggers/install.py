"""Brings the triggers of the database to what the models say: after each migrate, and by `check_desk --repair`."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps as installed
from django.db import connection as default
from django.db import connections, transaction

from support_management.audit.triggers import postgresql, sqlite
from support_management.audit.triggers.definition import APP, LOG, Definition
from support_management.core.writer_settings import SQLITE_COLUMNS, SQLITE_TABLE

_ALTERED = re.compile(r'\s*(?:DROP TABLE|ALTER TABLE(?=\s+\S+\s+(?:ALTER|DROP|RENAME)))\s+"?(\w+)"?', re.IGNORECASE)
_ON_SQLITE = r"""
SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'desk\_%' ESCAPE '\'
"""
_ON_POSTGRESQL = r"""
SELECT t.tgname, c.relname, t.tgenabled <> 'D' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND t.tgname LIKE 'desk\_%'
"""
_FUNCTIONS = r"""
SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'desk\_%'
"""


def after_migrate(*, using: str, apps=installed, **_) -> None:
    """Receives `post_migrate`. `apps`: the models as the database has them, maybe those of an earlier migration."""
    if APP in apps.all_models and "recordchangelog" in apps.all_models[APP]:
        install(connections[using], apps)


def install(connection: Any = default, apps=installed) -> None:
    """Make what is missing or differs, and drop what is not wanted."""
    wanted, present = _wanted(connection, apps), _present(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {SQLITE_TABLE} ({SQLITE_COLUMNS})")
        stale = [name for name, held in present.items() if not _is_as(wanted.get(name), held)]
        for name in sorted(stale, key=lambda name: not present[name][0]):  # functions after their triggers
            if present[name][0] or name not in wanted:
                cursor.execute(_drop(connection, name, present[name][0]))
        for name, definition in wanted.items():
            if name in stale or name not in present:
                cursor.execute(definition.sql)


def problems() -> Iterator[str]:
    """What differs from the models, in words."""
    wanted, present = _wanted(default, installed), _present(default)
    for name, definition in wanted.items():
        if name not in present:
            yield f"trigger {name} of {definition.table or 'the audit'} is missing"
        elif not _is_as(definition, present[name]):
            yield f"trigger {name} of {definition.table or 'the audit'} was changed or switched off"
    yield from (f"trigger {name} is of another version" for name in sorted(present.keys() - wanted.keys()))


def release(connection: Any, sql: str) -> None:
    """Before a statement that alters or drops a table: drop its triggers, which hold on to its columns.

    `install` makes them again after the migration. Those of every table hold on to the table of the audit.
    """
    if match := _ALTERED.match(sql):
        table = match[1]
        drop(connection, "" if table in (LOG, SQLITE_TABLE) else table)


def drop(connection: Any = default, table: str = "") -> None:
    """Drop the triggers of this table, or all."""
    with connection.cursor() as cursor:
        for name, held in _present(connection).items():
            if held[0] and table in ("", held[0]):
                cursor.execute(_drop(connection, name, held[0]))


def _wanted(connection: Any, apps) -> dict[str, Definition]:
    if connection.vendor == "sqlite":
        definitions = sqlite.definitions(apps)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            definitions = postgresql.definitions(apps, cursor.fetchone()[0])
    return {definition.name: definition for definition in definitions}


def _present(connection: Any) -> dict[str, tuple[str, Any]]:
    """What there is, by name: the table ("" for a function), and its statement, body, or whether it is switched on."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(_ON_SQLITE)
            return {name: (table, sql) for name, table, sql in cursor.fetchall()}
        cursor.execute(_FUNCTIONS)
        functions = {name: ("", body) for name, body in cursor.fetchall()}
        cursor.execute(_ON_POSTGRESQL)
        return functions | {name: (table, enabled) for name, table, enabled in cursor.fetchall()}


def _is_as(wanted: Definition | None, held: tuple[str, Any]) -> bool:
    """Whether it is what is wanted. The name of a trigger says how it was made."""
    table, content = held
    if wanted is None or wanted.table != table:
        return False
    return content if isinstance(content, bool) else content in (wanted.sql, wanted.body)


def _drop(connection: Any, name: str, table: str) -> str:
    if not table:
        return f'DROP FUNCTION "{name}"()'
    return f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if connection.vendor == "postgresql" else "")
