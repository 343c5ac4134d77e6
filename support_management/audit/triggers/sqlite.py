"""Triggers of SQLite. Who writes is in a row that the product makes and removes in each transaction."""

from collections.abc import Iterator

from support_management.audit.triggers.columns import Column
from support_management.audit.triggers.definition import (
    LOG,
    LOG_COLUMNS,
    REFUSAL,
    AuditedTable,
    Definition,
    RefusingTable,
    audited_tables,
    refusing_tables,
    trigger_name,
)
from support_management.core.writer_settings import SQLITE_TABLE, WRITER

REPLACED = 3
"""Key of the row that says which row of an append-only table an INSERT OR REPLACE would take the place of."""
_BEFORE, _AFTER = "OLD", "NEW"


def definitions(apps) -> Iterator[Definition]:
    for audited in audited_tables(apps):
        yield _made("audit_insert", audited.table, f"AFTER INSERT ON {{table}} BEGIN {_row(audited, _AFTER)} END")
        yield _made("audit_update", audited.table, _update(audited))
        yield _made("audit_delete", audited.table, f"AFTER DELETE ON {{table}} BEGIN {_row(audited, _BEFORE)} END")
    for kept in refusing_tables(apps):
        yield from _refusals(kept)


def _made(what: str, table: str, body: str) -> Definition:
    body = body.replace("{table}", f'"{table}"')
    name = trigger_name(what, table, body)
    return Definition(name, table, f'CREATE TRIGGER "{name}" {body}')


def _update(audited: AuditedTable) -> str:
    names = ", ".join(f'"{column.column}"' for column in audited.updated)
    changed = " OR ".join(_is_changed(column) for column in audited.updated)
    return f"AFTER UPDATE OF {names} ON {{table}} WHEN {changed} BEGIN {_row(audited, _BEFORE, _AFTER)} END"


def _is_changed(column: Column) -> str:
    return f'OLD."{column.column}" IS NOT NEW."{column.column}"'


def _row(audited: AuditedTable, *rows: str) -> str:
    """The INSERT of the audit row. `rows`: OLD, NEW or both."""
    operation = "update" if len(rows) == 2 else "insert" if _AFTER in rows else "delete"
    columns = audited.updated if operation == "update" else audited.columns
    before, after = (_values(columns, row, rows) if row in rows else "'{}'" for row in (_BEFORE, _AFTER))
    return (
        f'INSERT INTO "{LOG}" ({LOG_COLUMNS}) SELECT '  # noqa: S608 (the models' names)
        f"'{audited.kind}', {rows[-1]}.\"{audited.of}\", '{operation}', {before}, {after}, "
        "w.actor_id, COALESCE(w.door, 'outside'), COALESCE(w.request_id, ''), COALESCE(w.cause, ''), "
        f"strftime('%Y-%m-%d %H:%M:%f000', 'now') FROM (SELECT 1) LEFT JOIN \"{SQLITE_TABLE}\" w ON w.id = {WRITER};"
    )


def _values(columns: list[Column], row: str, rows: tuple[str, ...]) -> str:
    """An expression for a JSON object: of an update the changed columns, otherwise those that are not empty."""
    parts = []
    for column in columns:
        named = _is_changed(column) if len(rows) == 2 else f'{row}."{column.column}" IS NOT NULL'
        value = _json(column, f'{row}."{column.column}"')
        parts.append(f"CASE WHEN {named} THEN ',\"{column.name}\":' || {value} ELSE '' END")
    return f"'{{' || substr({' || '.join(parts)}, 2) || '}}'"


def _json(column: Column, value: str) -> str:
    """An expression for the value as JSON text."""
    match column.kind:
        case "boolean":
            return f"CASE {value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END"
        case "decimal":
            return f"CASE WHEN {value} IS NULL THEN 'null' ELSE printf('\"%.{column.places}f\"', {value}) END"
        case "instant":
            return f"json_quote(replace({value}, ' ', 'T') || '+00:00')"
        case "json":
            return f"COALESCE(json({value}), 'null')"
        case "hidden":
            return f"CASE WHEN {value} IS NULL THEN 'null' ELSE '{{\"chars\":' || length({value}) || '}}' END"
    return f"json_quote({value})"


def _refusals(kept: RefusingTable) -> Iterator[Definition]:
    """UPDATE and DELETE, and what gets past their triggers: INSERT OR REPLACE, and ON CONFLICT DO UPDATE."""
    refused = f"SELECT RAISE(ABORT, '{REFUSAL.format(kept.table)}');"
    exempt = f"EXISTS (SELECT 1 FROM \"{SQLITE_TABLE}\" WHERE exempt IN ('{kept.table}', '*'))"  # noqa: S608
    for operation in ("DELETE",) if kept.may_change else ("UPDATE", "DELETE"):
        when = f"BEFORE {operation} ON {{table}} WHEN NOT {exempt} BEGIN {refused} END"
        yield _made(f"keep_{operation.lower()}", kept.table, when)
    there = 'EXISTS (SELECT 1 FROM {table} WHERE "id" = NEW."id")'
    if not kept.may_change:
        yield _made("keep_id", kept.table, f"BEFORE INSERT ON {{table}} WHEN {there} BEGIN {refused} END")
    if kept.unique:
        yield from _replacements(kept, refused)


def _replacements(kept: RefusingTable, refused: str) -> Iterator[Definition]:
    """A row that has the same unique values is noted before the INSERT, and must be there after it."""
    same = " OR ".join(
        f"({' AND '.join(f'"{column}" = NEW."{column}"' for column in columns)})" for columns in kept.unique
    )
    note = (
        f'INSERT OR REPLACE INTO "{SQLITE_TABLE}" (id, actor_id, cause) '  # noqa: S608 (the models' names)
        f"SELECT {REPLACED}, id, '{kept.table}' FROM {{table}} WHERE {same} LIMIT 1;"
    )
    when = f"EXISTS (SELECT 1 FROM {{table}} WHERE {same})"  # noqa: S608
    yield _made("keep_note", kept.table, f"BEFORE INSERT ON {{table}} WHEN {when} BEGIN {note} END")
    gone = (
        f"EXISTS (SELECT 1 FROM \"{SQLITE_TABLE}\" w WHERE w.id = {REPLACED} AND w.cause = '{kept.table}' "  # noqa: S608
        'AND NOT EXISTS (SELECT 1 FROM {table} WHERE "id" = w.actor_id))'
    )
    yield _made("keep_same", kept.table, f"AFTER INSERT ON {{table}} WHEN {gone} BEGIN {refused} END")
