from django.db import migrations, models

import support_management.search.models

KINDS = ("Dispute", "Order", "Person", "Ticket")


class CreateIndex(migrations.CreateModel):
    """The table of a kind: FTS5 on SQLite, a column of words with an index on PostgreSQL.

    The words come from Python, so FTS5 splits at spaces only: every character of another alphabet belongs to a word.
    Beginnings have an index of their own: without it, all entries of a frequent one are merged before the first is read.
    The waiting list of the index on PostgreSQL stays short, because each search reads all of it.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        table = f"{app_label}_{self.name_lower}"
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE VIRTUAL TABLE {table} USING fts5"
                "(words, detail=none, columnsize=0, prefix='2 3 4 5 6 7 8', tokenize=\"ascii tokenchars '_'\")"
            )
            return
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        schema_editor.execute(
            f"CREATE INDEX {table}_words ON {table} USING gin (words) WITH (gin_pending_list_limit = 512)"
        )


class Migration(migrations.Migration):
    """`fill_if_new` fills the index after the migrations: it needs the models as they are then."""

    dependencies = [("support_management", "0028_record_changes")]

    operations = [
        CreateIndex(
            name=f"{kind}Entry",
            fields=[
                ("rowid", models.BigIntegerField(primary_key=True, serialize=False)),
                ("words", support_management.search.models.WordsField()),
            ],
            options={"default_permissions": (), "abstract": False},
        )
        for kind in KINDS
    ]
