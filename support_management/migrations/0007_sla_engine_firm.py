"""What the carried rows made superfluous, and what now always holds."""

import django.db.models.deletion
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT
OLD = ("kind", "priority", "first_response_minutes", "next_response_minutes", "resolution_minutes")


def calendar(related_name):
    return models.ForeignKey(
        on_delete=PROTECT, related_name=related_name, to="support_management.businesscalendar"
    )


class Migration(migrations.Migration):
    dependencies = [("support_management", "0006_sla_engine_rows")]

    operations = [
        migrations.RemoveConstraint("slapolicy", "one_policy_per_kind_and_priority"),
        migrations.RemoveConstraint("slapolicy", "policy_kind_known"),
        migrations.AlterModelOptions(
            "slapolicy",
            {
                "base_manager_name": "objects",
                "ordering": ["position", "id"],
                "verbose_name": "SLA policy",
                "verbose_name_plural": "SLA policies",
            },
        ),
        *(migrations.RemoveField("slapolicy", name) for name in OLD),
        migrations.AlterField("slapolicy", "calendar", calendar("policies")),
        migrations.AlterField("orderdisputesla", "since", models.DateTimeField()),
        migrations.AlterField("orderdisputesla", "calendar", calendar("+")),
        migrations.AlterField(
            "orderdisputesla",
            "policy",
            models.ForeignKey(on_delete=PROTECT, related_name="clocks", to="support_management.slapolicy"),
        ),
        migrations.RemoveConstraint("slaevent", "threshold_fires_once"),
        migrations.AddConstraint(
            "slaevent",
            models.UniqueConstraint(
                condition=models.Q(("kind__in", ["started", "warned", "at_risk", "breached"])),
                fields=("clock", "kind", "threshold"),
                name="threshold_fires_once",
            ),
        ),
    ]
