"""User names and email addresses in one form; whoever gets another name still signs in with the former one."""

from django.db import migrations, models
from django.db.models.functions import Lower

from support_management.people import identity


def mend_names(apps, schema_editor):
    """Names that are allowed stay. Of two that differ in case only the first stays; the other gets a number."""
    users = apps.get_model("support_management", "User").objects
    names = dict(users.order_by("pk").values_list("pk", "username"))
    taken, mended = set(), {}
    for pk, name in names.items():
        if identity.is_username(name) and name.lower() not in taken:
            taken.add(name.lower())
        else:
            mended[pk] = identity.mended_username(name)
    for pk, name in mended.items():
        free = _free(name, taken)
        taken.add(free.lower())
        users.filter(pk=pk).update(username=free, former_username=names[pk])
        _record(apps, pk, {"username": names[pk]}, {"username": free})


def _free(name, taken):
    """The name, with the first number that makes it one of its own."""
    free, number = name, 2
    while free.lower() in taken:
        free = f"{name[: identity.LONGEST_USERNAME - 12]}-{number}"
        number += 1
    return free


def mend_addresses(apps, schema_editor):
    """Of two people with one address, whoever has it in its normal form keeps it; else the first."""
    users = apps.get_model("support_management", "User").objects
    addresses = dict(users.exclude(email="").order_by("pk").values_list("pk", "email"))
    normal = {pk: identity.email_address(address) for pk, address in addresses.items()}
    taken = {address for pk, address in normal.items() if address == addresses[pk]}
    for pk, address in normal.items():
        if address != addresses[pk]:
            kept = "" if address in taken else address
            taken.add(address)
            users.filter(pk=pk).update(email=kept)
            _record(apps, pk, {"email": addresses[pk]}, {"email": kept})


def _record(apps, pk, before, after):
    log = apps.get_model("support_management", "SupportActionLog").objects
    log.create(verb="write", object_kind="user", object_id=pk, before=before, after=after, door="task")


def check_now(apps, schema_editor):
    """PostgreSQL alters no table whose constraints are not checked yet."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("support_management", "0019_notified_by_mail_and_html_when_shown")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="former_username",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="The name before an upgrade had to change it.",
                max_length=150,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(mend_names, migrations.RunPython.noop),
        migrations.RunPython(mend_addresses, migrations.RunPython.noop),
        migrations.RunPython(check_now, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(Lower("username"), name="one_user_per_name"),
        ),
    ]
