"""The database backend of an embedded desk: a migration that makes a table anew keeps our triggers."""

from django.db.backends.sqlite3 import base, schema

_OURS = r"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'support\_management\_%' ESCAPE '\'"


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
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


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
