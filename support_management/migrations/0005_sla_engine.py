"""Promises with conditions, calendars and versions; clocks that can pause and take another target."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import support_management.core.time
import support_management.sla.models

PROTECT = django.db.models.deletion.PROTECT
KEY = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def calendar(**options):
    return models.ForeignKey(on_delete=PROTECT, to="support_management.businesscalendar", **options)


def person():
    return models.ForeignKey(null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)


class Migration(migrations.Migration):
    dependencies = [("support_management", "0004_calendars")]

    operations = [
        migrations.AddField(
            "user",
            "segment",
            models.CharField(
                blank=True, help_text="Kind of customer, such as vip; policies can ask for it.", max_length=40
            ),
        ),
        migrations.AddField(
            "slapolicy", "position", models.PositiveIntegerField(default=0, help_text="The lower comes first.")
        ),
        migrations.AddField("slapolicy", "conditions", models.JSONField(blank=True, default=dict)),
        migrations.AddField("slapolicy", "targets", models.JSONField(default=dict)),
        migrations.AddField("slapolicy", "calendar", calendar(related_name="policies", null=True)),
        migrations.AddField(
            "slapolicy", "pause_on", models.JSONField(blank=True, default=support_management.sla.models.pauses_usually)
        ),
        migrations.AddField(
            "slapolicy", "thresholds", models.JSONField(blank=True, default=support_management.sla.models.warns_usually)
        ),
        migrations.CreateModel(
            name="SLAPolicyVersion",
            fields=[
                ("id", KEY),
                ("number", models.PositiveIntegerField()),
                ("conditions", models.JSONField(default=dict)),
                ("targets", models.JSONField(default=dict)),
                ("calendar", calendar(related_name="+")),
                ("pause_on", models.JSONField(default=list)),
                ("thresholds", models.JSONField(default=list)),
                ("at", models.DateTimeField(default=support_management.core.time.now)),
                ("by", person()),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="support_management.slapolicy",
                    ),
                ),
            ],
            options={
                "verbose_name": "SLA policy version",
                "ordering": ["policy", "number"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("policy", "number"), name="policy_version_once")],
            },
        ),
        migrations.CreateModel(
            name="SLAFollowUp",
            fields=[
                ("id", KEY),
                ("at", models.DateTimeField(default=support_management.core.time.now)),
                ("upto", models.BigIntegerField(default=0, help_text="Clocks up to this key are done.")),
                ("changed", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                ("by", person()),
                (
                    "calendar",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="support_management.businesscalendar",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="support_management.slapolicy",
                    ),
                ),
            ],
            options={
                "verbose_name": "SLA follow-up",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)), fields=["id"], name="follow_up_waiting"
                    )
                ],
            },
        ),
        migrations.AddField("orderdisputesla", "served", models.DurationField(default=datetime.timedelta)),
        migrations.AddField("orderdisputesla", "since", models.DateTimeField(null=True)),
        migrations.AddField("orderdisputesla", "calendar", calendar(related_name="+", null=True)),
        migrations.AddField(
            "orderdisputesla",
            "extra_seconds",
            models.PositiveIntegerField(default=0, help_text="Open time that a lead added to the target."),
        ),
        migrations.AddField(
            "orderdisputesla", "retargets", models.PositiveSmallIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "orderdisputesla", "stage", models.CharField(default="on_track", editable=False, max_length=10)
        ),
        migrations.AddField(
            "slaevent",
            "threshold",
            models.CharField(
                blank=True, default="", help_text="Which warning, when a policy has several.", max_length=20
            ),
            preserve_default=False,
        ),
        migrations.AddField("slaevent", "target_seconds", models.PositiveIntegerField(null=True)),
        migrations.AddField("slaevent", "calendar", calendar(related_name="+", null=True)),
        migrations.AddField(
            "slaevent",
            "policy",
            models.ForeignKey(null=True, on_delete=PROTECT, related_name="+", to="support_management.slapolicy"),
        ),
        migrations.AddField("slaevent", "policy_version", models.PositiveIntegerField(null=True)),
        migrations.AlterField("slaevent", "cause", models.CharField(blank=True, max_length=300)),
    ]
