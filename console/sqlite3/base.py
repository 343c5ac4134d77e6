"""The database backend of an embedded desk: who writes is told to the audit, and triggers outlive migrations."""

from django.db.backends.sqlite3 import base, schema

from support_management.audit.connection import AuditedConnection, AuditedSchemaEditor
from support_management.core import restored_keys

_OURS = r"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'support\_management\_%' ESCAPE '\'"


class DatabaseSchemaEditor(AuditedSchemaEditor, schema.DatabaseSchemaEditor):
    def _remake_table(self, *args, **changes):
        """SQLite drops a table's triggers with it, and renames none while a trigger names one that is not there."""
        with self.connection.cursor() as cursor:
            cursor.execute(_OURS)
            triggers = cursor.fetchall()
        for name, _ in triggers:
            self.execute(f"DROP TRIGGER {self.quote_name(name)}")
        super()._remake_table(*args, **changes)  # type: ignore[misc]
        for _, statement in triggers:
            self.execute(statement, None)


class DatabaseWrapper(AuditedConnection, base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor

    def init_connection_state(self):
        super().init_connection_state()
        restored_keys.go_on_above_the_mark_on_sqlite(self.connection)
