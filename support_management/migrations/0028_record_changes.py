"""A log of written values beside the audit log, whose lines name nobody any more. Its triggers come after the migration.

Names, addresses and texts in the audit log become ids where one person is meant, and otherwise the length of the text.
"""

import json

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import support_management.core.time

APP = "support_management"
BATCH = 1000
TEXTS = {
    "apitoken": ("name",),
    "escalationlog": ("reason", "notes"),
    "escalationrule": ("tell_address",),
    "order": ("title",),
    "orderdisputesla": ("reason",),
    "plannedabsence": ("reason",),
    "supportprofile": ("phone",),
    "tag": ("name",),
    "ticket": ("subject", "words", "why"),
    "dispute": ("words", "why"),
    "user": ("username", "former_username", "name", "email"),
}
"""Keys of the audit log, by kind of object, whose values were texts of people."""
PEOPLE = {"agent": "assignee", "assignee": "assignee", "person": "person"}
"""Keys whose values named a person, and their keys from now on."""


class People:
    """Ids by what audit lines called people: their names, or their user names."""

    def __init__(self, apps):
        self._users, self._ids = apps.get_model(APP, "User").objects, {}

    def id_of(self, name: str) -> int | None:
        """None where nobody, or more than one, is called so."""
        if name not in self._ids:
            found = self._users.filter(Q(name=name) | Q(username=name)).values_list("pk", flat=True)[:2]
            self._ids[name] = found[0] if len(found) == 1 else None
        return self._ids[name]


def scrubbed(values: dict, kind: str, people: People) -> dict:
    """The values of a line, without names and texts."""
    result = {}
    for key, value in values.items():
        if key == "was" or not isinstance(value, str):
            result |= {} if key == "was" else {key: value}
        elif key in PEOPLE and (kind, value) != ("user", "unknown"):
            result[PEOPLE[key]] = (people.id_of(value) or length(value)) if value else None
        else:
            result[key] = length(value) if key in TEXTS.get(kind, ()) else value
    return result


def length(value: str) -> dict:
    return {"chars": len(value)}


def scrub(apps, schema_editor):
    lines, people = apps.get_model(APP, "SupportActionLog").objects, People(apps)
    table = schema_editor.quote_name(lines.model._meta.db_table)
    batch = []
    chosen = Q(object_kind__in=TEXTS) | Q(verb__in=("delete", "issue", "revoke"))
    for pk, kind, before, after in lines.filter(chosen).values_list("pk", "object_kind", "before", "after").iterator():
        new = scrubbed(before, kind, people), scrubbed(after, kind, people)
        if new != (before, after):
            batch.append((*map(json.dumps, new), pk))
    with schema_editor.connection.cursor() as cursor:
        for start in range(0, len(batch), BATCH):
            statement = f"UPDATE {table} SET before = %s, after = %s WHERE id = %s"  # noqa: S608 (the model's name)
            cursor.executemany(statement, batch[start : start + BATCH])


def drop_triggers(apps, schema_editor):
    """Earlier versions know nothing of them. Forward they are made after all migrations."""
    from support_management.audit.triggers import install

    install.drop(schema_editor.connection)


def protected(to, related_name, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to, **options)


class Migration(migrations.Migration):
    dependencies = [("support_management", "0027_money")]

    operations = [
        *(
            migrations.AlterField(model, field, protected(f"support_management.{to}", name, **options))
            for model, field, to, name, options in (
                ("assignmentdecision", "dispute", "dispute", "decisions", {"null": True}),
                ("assignmentdecision", "ticket", "ticket", "decisions", {"null": True}),
                ("reassignmentlog", "dispute", "dispute", "reassignments", {"null": True}),
                ("reassignmentlog", "ticket", "ticket", "reassignments", {"null": True}),
                ("slaevent", "clock", "orderdisputesla", "history", {}),
                ("ticketmessage", "ticket", "ticket", "messages", {}),
            )
        ),
        migrations.CreateModel(
            name="RecordChangeLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_kind", models.CharField(max_length=30)),
                ("object_id", models.BigIntegerField()),
                (
                    "operation",
                    models.CharField(
                        choices=[("insert", "Added"), ("update", "Changed"), ("delete", "Deleted")], max_length=6
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("door", models.CharField(max_length=10)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("cause", models.CharField(blank=True, max_length=100)),
                ("at", models.DateTimeField(default=support_management.core.time.now)),
                ("actor", protected(settings.AUTH_USER_MODEL, "+", db_constraint=False, db_index=False, null=True)),
            ],
            options={
                "verbose_name": "record change",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["object_kind", "object_id", "id"], name="changes_of_object")],
            },
        ),
        migrations.RunPython(scrub, drop_triggers),
    ]
