"""Connections that tell the triggers of the audit who writes, and drop the triggers of a table that is altered."""

import re
import sqlite3
from functools import lru_cache
from typing import Any

from django.db import transaction

from support_management.audit.audited import AUDITED
from support_management.core import request_context
from support_management.core.writer_settings import SETTINGS, SQLITE_TABLE, WRITER

_BEGINNING = 200
"""Characters of a statement that name its verb and its table, except of one that begins with WITH."""
_COMMENTS = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_VERB = re.compile(rf"{_COMMENTS}(INSERT|UPDATE|DELETE|REPLACE|MERGE|WITH|ROLLBACK TO)\b", re.IGNORECASE | re.DOTALL)
_TABLE = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|MERGE\s+INTO|DELETE\s+FROM|UPDATE(?:\s+OR\s+\w+)?)\s+"
    r'(?:ONLY\s+)?(?:"?\w+"?\.)?"?support_management_(\w+)',
    re.IGNORECASE,
)
_RETURNING = re.compile(r"\bRETURNING\b", re.IGNORECASE)
_AUDITED = {name.lower() for name in AUDITED}
_TO_POSTGRESQL = f"SELECT {', '.join(f"set_config('{name}', %s, true)" for name in SETTINGS)}"
_TO_SQLITE = (
    f"INSERT OR REPLACE INTO {SQLITE_TABLE} (id, actor_id, door, request_id, cause) "  # noqa: S608
    f"VALUES ({WRITER}, ?, ?, ?, ?)"
)
_FROM_SQLITE = f"DELETE FROM {SQLITE_TABLE}"  # noqa: S608


@lru_cache(maxsize=4096)
def _verb(beginning: str) -> str:
    """What a statement that begins so is for the audit: "write" of an audited table, "with", "rollback to", or none."""
    verb = _VERB.match(beginning)
    if verb is None or verb[1].upper() in ("WITH", "ROLLBACK TO"):
        return verb[1].lower() if verb else ""
    return "write" if _writes_audited(beginning) else ""


def _writes_audited(statement: str) -> bool:
    return any(table.lower() in _AUDITED for table in _TABLE.findall(statement))


class AuditedConnection:
    """Mixin of a DatabaseWrapper. Who writes is said once in a transaction, before its first write; reads cost nothing.

    It is said again when somebody else goes on in the same transaction, and after a savepoint that took it back.
    """

    alias: str
    vendor: str
    connection: Any
    in_atomic_block: bool

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._said: tuple | None = None
        self._is_noted = False
        self.execute_wrappers = [self._audited]

    def connect(self):
        self._forget()
        super().connect()  # type: ignore[misc]

    def _audited(self, execute, sql, params, many, context):
        statement = sql if isinstance(sql, str) else sql.as_string(self.connection)
        verb = _verb(statement[:_BEGINNING])
        if verb == "rollback to":
            self._said = None
        elif verb == "write" or (verb == "with" and _writes_audited(statement)):
            if self.get_autocommit():  # type: ignore[attr-defined]
                return self._in_a_transaction(execute, sql, params, many, context)
            self._say(context["cursor"].cursor)
        return execute(sql, params, many, context)

    def _in_a_transaction(self, execute, sql, params, many, context):
        """A single statement: who writes is said to its own transaction."""
        with transaction.atomic(using=self.alias):
            cursor = context["cursor"].cursor
            self._say(cursor)
            result = execute(sql, params, many, context)
            rows = cursor.fetchall() if self.vendor == "sqlite" and _RETURNING.search(sql) else []
        if rows:  # SQLite commits only what is read to its end
            line = f"({', '.join('?' * len(rows[0]))})"
            values = [value for row in rows for value in row]
            sqlite3.Cursor.execute(cursor, f"VALUES {', '.join([line] * len(rows))}", values)
        return result

    def _say(self, cursor: Any) -> None:
        writer = request_context.writer()
        if writer == self._said:
            return
        actor_id, door, request_id, cause = writer
        texts = door[:10], request_id[:64], cause[:100]
        with self.wrap_database_errors:  # type: ignore[attr-defined]
            if self.vendor == "postgresql":
                cursor.execute(_TO_POSTGRESQL, ("" if actor_id is None else str(actor_id), *texts))
            else:
                self._note((actor_id, *texts))
        self._said = writer

    def _note(self, values: tuple) -> None:
        try:
            self.connection.execute(_TO_SQLITE, values)
            self._is_noted = True
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):  # before its migration there are no triggers either
                raise

    def _forget(self) -> None:
        self._said, self._is_noted = None, False

    def _commit(self):
        if self._is_noted and self.connection is not None:
            with self.wrap_database_errors:  # type: ignore[attr-defined]
                self.connection.execute(_FROM_SQLITE)
        self._forget()
        return super()._commit()  # type: ignore[misc]

    def _rollback(self):
        self._forget()
        return super()._rollback()  # type: ignore[misc]


class AuditedSchemaEditor:
    """Mixin of a schema editor: triggers hold on to columns, so those of an altered table are dropped first."""

    connection: Any
    collect_sql: bool

    def execute(self, sql, params=()):
        from support_management.audit.triggers import install  # knows models, which need a connection first

        if not self.collect_sql:
            install.release(self.connection, str(sql))
        return super().execute(sql, params)  # type: ignore[misc]
