"""Replies assign tickets, websites are lost, and agents are offline until they are seen for the first time."""

from itertools import batched

from django.db import migrations, models
from django.db.models import F

from support_management.core.time import now

_MANY = 500


def set_unseen_offline(apps, schema_editor):
    """Agents who were never seen were online by default: they go offline, with an interval that says why."""
    rows = apps.get_model("support_management", "SupportAvailability").objects.exclude(says="offline")
    unseen = rows.filter(
        last_seen_at__isnull=True, user__last_login__isnull=True, user__workload__last_activity__isnull=True
    )
    model = apps.get_model("support_management", "AvailabilityInterval")
    moment = now()
    state = {"state": "offline", "available": False, "why_not": "offline"}
    for ids in batched(unseen.order_by("user").values_list("user", flat=True), _MANY, strict=False):
        model.objects.filter(user__in=ids, ended_at__isnull=True).update(ended_at=moment)
        model.objects.bulk_create(model(user_id=pk, began_at=moment, cause="new", **state) for pk in ids)
        stamps = {"since": moment, "state_since": moment, "version": F("version") + 1}
        rows.filter(user__in=ids).update(says="offline", **state, **stamps)
    if schema_editor.connection.vendor == "postgresql":  # it alters no table whose foreign keys are not checked yet
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("support_management", "0020_user_names")]

    operations = [
        migrations.AddField(
            model_name="tickettype",
            name="reply_takes",
            field=models.BooleanField(
                default=True,
                help_text="A reply to an unassigned ticket assigns it to the agent who replies.",
                verbose_name="a reply assigns",
            ),
        ),
        migrations.AlterField(
            model_name="reassignmentlog",
            name="cause",
            field=models.CharField(
                choices=[
                    ("claimed", "Claimed"),
                    ("assigned", "Assigned automatically"),
                    ("manual", "Assigned manually"),
                    ("released", "Released"),
                    ("away", "Away"),
                    ("offline", "Offline"),
                    ("break", "On a break"),
                    ("suspended", "Suspended"),
                    ("inactive", "Inactive"),
                    ("overload", "Over capacity"),
                    ("sla_risk", "SLA at risk"),
                    ("skill", "Skills changed"),
                    ("returned", "Returned to previous assignee"),
                    ("rule", "Escalation rule"),
                    ("undone", "Undone"),
                    ("unserved", "Website no longer covered"),
                    ("written", "Changed outside the console"),
                ],
                default="manual",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="availabilityinterval",
            name="cause",
            field=models.CharField(
                choices=[
                    ("new", "Never signed in"),
                    ("said", "Set manually"),
                    ("lead", "Set by a team lead"),
                    ("seen", "Active again"),
                    ("silent", "No recent activity"),
                    ("signed_out", "Signed out"),
                    ("absence", "Planned absence"),
                    ("shift", "Shift"),
                    ("pause", "Assignment paused or resumed"),
                    ("standing", "Suspended, deactivated or reactivated"),
                ],
                max_length=10,
            ),
        ),
        *(
            migrations.AlterField(model_name="supportavailability", name=name, field=field)
            for name, field in {
                "says": models.CharField(
                    choices=[
                        ("online", "Online"),
                        ("away", "Away"),
                        ("break", "On a break"),
                        ("offline", "Offline"),
                    ],
                    default="offline",
                    max_length=8,
                ),
                "state": models.CharField(
                    choices=[
                        ("online", "Online"),
                        ("away", "Away"),
                        ("break", "On a break"),
                        ("offline", "Offline"),
                    ],
                    default="offline",
                    editable=False,
                    max_length=8,
                ),
                "available": models.BooleanField(default=False, editable=False),
                "why_not": models.CharField(
                    blank=True,
                    choices=[
                        ("away", "Away"),
                        ("unseen", "No recent activity"),
                        ("break", "On a break"),
                        ("offline", "Offline"),
                        ("absent", "Planned absence"),
                        ("off_shift", "Off shift"),
                        ("paused", "Assignment paused"),
                    ],
                    default="offline",
                    editable=False,
                    max_length=10,
                ),
            }.items()
        ),
        migrations.RunPython(set_unseen_offline, migrations.RunPython.noop),
    ]
