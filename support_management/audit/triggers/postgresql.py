"""Triggers of PostgreSQL. Who writes is in settings that end with the transaction."""

from collections.abc import Iterator

from support_management.audit.triggers.columns import Column
from support_management.audit.triggers.definition import (
    LOG,
    LOG_COLUMNS,
    PREFIX,
    REFUSAL,
    AuditedTable,
    Definition,
    audited_tables,
    refusing_tables,
    short,
    trigger_name,
)
from support_management.core.writer_settings import EXEMPT, SETTINGS

ACTOR, DOOR, REQUEST, CAUSE = SETTINGS
KEEP = f"{PREFIX}keep"
EMPTIED = "Table %s is never emptied at once: its rows are audited one by one."
_BODY = """
DECLARE
    owner bigint; before jsonb := '{{}}'; after jsonb := '{{}}';
    door text := NULLIF(current_setting('{door}', true), '');
BEGIN
    IF TG_OP = 'INSERT' THEN owner := NEW."{of}"; after := {inserted};
    ELSIF TG_OP = 'DELETE' THEN owner := OLD."{of}"; before := {deleted};
    ELSE owner := NEW."{of}";
{changes}
    END IF;
    INSERT INTO {log} ({columns}) VALUES (
        '{kind}', owner, lower(TG_OP), before, after,
        NULLIF(current_setting('{actor}', true), '')::bigint, COALESCE(door, 'outside'),
        COALESCE(current_setting('{request}', true), ''),
        CASE WHEN door IS NULL
            THEN left(session_user || COALESCE(' by ' || NULLIF(current_setting('application_name'), ''), ''), 100)
            ELSE current_setting('{cause}', true) END,
        clock_timestamp());
    RETURN NULL;
END
"""
_CHANGE = """        IF NEW."{column}" IS DISTINCT FROM OLD."{column}" THEN
            before := before || jsonb_build_object('{name}', {old});
            after := after || jsonb_build_object('{name}', {new});
        END IF;"""
_KEEP = f"""
BEGIN
    IF current_setting('{EXEMPT}', true) IN (TG_TABLE_NAME::text, '*') THEN
        IF TG_OP = 'UPDATE' THEN RETURN NEW; ELSIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NULL;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = format(
        CASE TG_OP WHEN 'TRUNCATE' THEN '{EMPTIED}' ELSE '{REFUSAL.format("%s")}' END, TG_TABLE_NAME);
END
"""


def definitions(apps, schema: str) -> Iterator[Definition]:
    """Functions first. `schema`: that of the tables; clients may look in others."""
    yield _function(KEEP, schema, _KEEP)
    for audited in audited_tables(apps):
        name = f"{PREFIX}audit_{short(audited.table)}"
        body = _body(audited, schema)
        yield _function(name, schema, body)
        call = f'EXECUTE FUNCTION "{schema}"."{name}"()'
        on = f'ON "{schema}"."{audited.table}" FOR EACH ROW'
        names = ", ".join(f'"{column.column}"' for column in audited.updated)
        when = f"WHEN ({' OR '.join(_is_changed(column) for column in audited.updated)})"
        yield _trigger("audit_whole", audited.table, f"AFTER INSERT OR DELETE {on} {call}")
        yield _trigger("audit_update", audited.table, f"AFTER UPDATE OF {names} {on} {when} {call}")
        yield _trigger("keep_all", audited.table, _truncation(audited.table, schema))
    for kept in refusing_tables(apps):
        operations = "DELETE" if kept.may_change else "UPDATE OR DELETE"
        on = f'ON "{schema}"."{kept.table}" FOR EACH ROW'
        yield _trigger("keep_row", kept.table, f'BEFORE {operations} {on} EXECUTE FUNCTION "{schema}"."{KEEP}"()')
        yield _trigger("keep_all", kept.table, _truncation(kept.table, schema))


def _function(name: str, schema: str, body: str) -> Definition:
    head = f'CREATE OR REPLACE FUNCTION "{schema}"."{name}"() RETURNS trigger LANGUAGE plpgsql AS '
    return Definition(name, "", f"{head}$desk${body}$desk$", body)


def _trigger(what: str, table: str, body: str) -> Definition:
    name = trigger_name(what, table, body)
    return Definition(name, table, f'CREATE TRIGGER "{name}" {body}')


def _truncation(table: str, schema: str) -> str:
    """No row trigger sees a TRUNCATE. Tables that are audited and append-only get one and the same trigger."""
    return f'BEFORE TRUNCATE ON "{schema}"."{table}" FOR EACH STATEMENT EXECUTE FUNCTION "{schema}"."{KEEP}"()'


def _is_changed(column: Column) -> str:
    return f'OLD."{column.column}" IS DISTINCT FROM NEW."{column.column}"'


def _body(audited: AuditedTable, schema: str) -> str:
    changes = [
        _CHANGE.format(name=column.name, column=column.column, old=_json(column, "OLD"), new=_json(column, "NEW"))
        for column in audited.updated
    ]
    return _BODY.format(
        log=f'"{schema}"."{LOG}"',
        columns=LOG_COLUMNS,
        kind=audited.kind,
        of=audited.of,
        actor=ACTOR,
        door=DOOR,
        request=REQUEST,
        cause=CAUSE,
        inserted=_whole(audited.columns, "NEW"),
        deleted=_whole(audited.columns, "OLD"),
        changes="\n".join(changes),
    )


def _whole(columns: list[Column], row: str) -> str:
    pairs = ", ".join(f"'{column.name}', {_json(column, row)}" for column in columns)
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"


def _json(column: Column, row: str) -> str:
    """An expression for a value that `jsonb_build_object` writes as the triggers of SQLite do."""
    value = f'{row}."{column.column}"'
    match column.kind:
        case "decimal":
            return f"{value}::text"
        case "duration":
            return f"(EXTRACT(EPOCH FROM {value}) * 1000000)::bigint"
        case "hidden":
            return f"CASE WHEN {value} IS NOT NULL THEN jsonb_build_object('chars', length({value}::text)) END"
    return value
